/** Why a trace is rejected: as data, and as the error that carries it. */
import type { TraceEvent } from '../trace/trace-event.js'

/** Why a trace is rejected. */
export interface Rejection {
  /** The event that no rule allows; the last one when something is missing at the end. */
  readonly event: TraceEvent | undefined
  readonly rule: string
  readonly why: string
  /** What would have been allowed instead. */
  readonly allowed: readonly string[]
}

/** Thrown within the validator. */
export class Rejected extends Error {
  readonly rule: string
  readonly allowed: readonly string[]
  constructor(rule: string, why: string, allowed: readonly string[]) {
    super(why)
    this.rule = rule
    this.allowed = allowed
  }
}
