/** What goes wrong in a simulation, and when: plain values, as a schedule file has them. */

/** Servers are named by their sid. All times are milliseconds. */
export type Fault =
  /** A server is killed (`kill`), or its machine goes down (`ordered`, `scattered`: what of the unsynced is left). */
  | {
      readonly type: 'crash'
      readonly sid: number
      readonly kind: 'kill' | 'ordered' | 'scattered'
      readonly for: number
    }
  /** All machines lose their power at once. */
  | { readonly type: 'powerLoss'; readonly kind: 'ordered' | 'scattered'; readonly for: number }
  /** The machine goes down in the middle of its `operation`-th disk operation from now. */
  | { readonly type: 'crashAtDisk'; readonly sid: number; readonly operation: number; readonly for: number }
  /** An observer's disk is lost. */
  | { readonly type: 'wipe'; readonly sid: number; readonly for: number }
  /** Nothing goes from one server to another. */
  | { readonly type: 'cut'; readonly from: number; readonly to: number; readonly for: number }
  /** Nothing goes between a server and all others; its clients still reach it. */
  | { readonly type: 'isolate'; readonly sid: number; readonly for: number }
  /** The servers fall apart into two sides. */
  | { readonly type: 'split'; readonly side: readonly number[]; readonly for: number }
  /** The connections between two servers break. */
  | { readonly type: 'reset'; readonly a: number; readonly b: number }
  | { readonly type: 'slowNetwork'; readonly most: number; readonly for: number }
  | { readonly type: 'slowDisk'; readonly sid: number; readonly factor: number; readonly for: number }
  | { readonly type: 'fullDisk'; readonly sid: number; readonly for: number }
  /** The wall clock is set ahead, or back. */
  | { readonly type: 'setClock'; readonly sid: number; readonly ahead: number }
  /** The machine's clocks go too fast, or too slow. */
  | { readonly type: 'clockRate'; readonly sid: number; readonly rate: number; readonly for: number }
  /** A client is gone without a word, and another takes its place. */
  | { readonly type: 'loseClient'; readonly client: number }

export interface Timed {
  /** Milliseconds since the simulation's start. */
  readonly at: number
  readonly fault: Fault
}

/** A run of a simulation, whole: the same schedule gives the same run, bit for bit. */
export interface Schedule {
  readonly seed: number
  /** Voters have the sids from 1. */
  readonly servers: number
  /** Their sids follow the voters'. */
  readonly observers: number
  readonly clients: number
  /** How long faults and load go on, in milliseconds. */
  readonly duration: number
  readonly faults: readonly Timed[]
}
