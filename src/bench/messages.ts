/** What the bench and its generator processes say to each other. */
import type { LoadRequest } from './loads.js'

/** To a generator: connect, and say `ready`. */
export type Order =
  | {
      readonly type: 'load'
      /** Connections go to these in turn. */
      readonly ports: readonly number[]
      readonly request: LoadRequest
      /** Makes the paths of its creates its own. */
      readonly name: string
      readonly connections: number
      readonly outstanding: number
      readonly warmUpMs: number
      readonly measureMs: number
      /** Stops after as many requests, when given, instead of by the clock. */
      readonly requests?: number
    }
  | {
      readonly type: 'idle'
      readonly port: number
      readonly sessions: number
      readonly watchesEach: number
    }
  /** Start sending. */
  | { readonly type: 'go' }
  /** Let go of the idle sessions, and end. */
  | { readonly type: 'leave' }

/** From a generator. */
export type Report =
  | { readonly type: 'ready' }
  | {
      readonly type: 'result'
      /** Replies in the measured time. */
      readonly replies: number
      /** The measured time, in milliseconds. */
      readonly ms: number
      /** Latencies: pairs of microseconds and how many took that long. */
      readonly latencies: readonly number[]
      /** CPU time of the generator in the measured time, as a share of it. */
      readonly cpu: number
    }
  | { readonly type: 'failed'; readonly message: string }
