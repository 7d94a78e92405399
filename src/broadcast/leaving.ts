/** How a role is left, and what that asks of the host: BROADCAST-63 to 66. */

/**
 * What becomes of the tree in memory.
 * - `kept`: nothing was changed.
 * - `fromDisk`: it has what may not be on disk; the host MUST load it from disk again (BROADCAST-64).
 * - `withLog`: the host flushes its log, then applies what is logged and not applied; if it applied more than it logged, it
 *   loads the tree from disk (BROADCAST-63). What could not be written is lost (BROADCAST-66).
 */
export type DatabaseAfter = 'kept' | 'fromDisk' | 'withLog'

/** Durable effects that were begun may still be under way: the host waits for them before its next role. */
export interface Leaving {
  readonly why: string
  readonly database: DatabaseAfter
}

export interface LearnerLeaving extends Leaving {
  /** The learner's snapshot can't be cut: its next role as a learner comes as an empty server (BROADCAST-41). */
  readonly startsOver: boolean
}
