/** Validates one server's turns, subsystem by subsystem, on the spec's machines. Subsystems without one are passed over. */
import type { TraceEvent } from '../trace/trace-event.js'
import { ElectionValidator } from './election-validator.js'
import { LearnerValidator } from './learner-validator.js'
import type { Rejection } from './rejection.js'
import { checkTransition } from './state-mapping.js'

export class MemberValidator {
  private readonly election = new ElectionValidator()
  private readonly learner = new LearnerValidator()

  /** The first rejection is the last word: nothing should follow it. */
  accept(event: TraceEvent): Rejection | undefined {
    if (event.subsystem === 'election') return this.election.accept(event)
    if (event.subsystem === 'learner') return this.learner.accept(event)
    return checkTransition(event)
  }
}
