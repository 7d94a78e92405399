/** The learners of a leader, by their connections. Those that proposals and commits go to are at hand without a search. */
import type { LearnerHandler } from './learner-handler.js'

/** Observers without a number call themselves so; there may be several. */
const unnumbered = 2n ** 63n - 1n

export class Learners {
  private readonly byId = new Map<number, LearnerHandler>()
  /** Followers that are being synchronized or were. */
  followers: readonly LearnerHandler[] = []
  /** Observers likewise. */
  observers: readonly LearnerHandler[] = []

  add(learner: LearnerHandler): void {
    this.byId.set(learner.id, learner)
  }

  get(id: number): LearnerHandler | undefined {
    return this.byId.get(id)
  }

  /** In the order in which they came. */
  all(): readonly LearnerHandler[] {
    return [...this.byId.values()]
  }

  /** Another connection of the same server. */
  earlier({ id, sid }: LearnerHandler): LearnerHandler | undefined {
    return sid === unnumbered ? undefined : this.all().find((other) => other.sid === sid && other.id !== id)
  }

  remove({ id }: LearnerHandler): void {
    this.byId.delete(id)
    this.sort()
  }

  /** After a learner came to be synchronized. */
  sort(): void {
    const forwarded = this.all().filter(({ isForwarded }) => isForwarded)
    this.followers = forwarded.filter(({ isVoter }) => isVoter)
    this.observers = forwarded.filter(({ isVoter }) => !isVoter)
  }
}
