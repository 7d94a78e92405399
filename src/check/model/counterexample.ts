/** A path that breaks something, as it is shown, drawn, kept in a file and replayed. */
import type { ToldMessage } from './model.js'

/** What a checker run was asked for: enough to build the same model again, in another process. */
export interface ModelRequest {
  /** `ensemble`, `election`, `broadcast`, `service`, `session`, ... */
  readonly model: string
  /** Bounds and switches, `{ servers: 3, transactions: 2 }`. */
  readonly bounds: Readonly<Record<string, number | string | boolean>>
  /** A variant's file, as given: a path. */
  readonly variant?: string
}

/** What was broken. */
export interface Violation {
  readonly kind: 'invariant' | 'deadlock' | 'goal'
  readonly rule: string
  readonly name: string
  /** The values that break it. */
  readonly found: string
}

/** One step of a path. */
export interface PathStep {
  /** The action: plain data, for replay. */
  readonly action: unknown
  readonly text: string
  readonly rules: readonly string[]
  readonly process?: number
  readonly messages: readonly ToldMessage[]
  /** What the step changed of what `show` shows. */
  readonly changes: readonly { readonly what: string; readonly before: string; readonly after: string }[]
}

/** The format of a counterexample's file. */
export interface Counterexample {
  readonly format: 'zoospec-counterexample/1'
  readonly request: ModelRequest
  readonly processes: readonly string[]
  readonly violation: Violation
  /** What `show` shows of the first state. */
  readonly start: Readonly<Record<string, string>>
  readonly steps: readonly PathStep[]
}
