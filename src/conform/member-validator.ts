/** Validates one server's turns, subsystem by subsystem, on the spec's machines. Subsystems without one are passed over. */
import type { TraceEvent } from '../trace/trace-event.js'
import { ElectionValidator } from './election-validator.js'
import { checkMemberEvent } from './member-inputs.js'
import { LearnerValidator } from './learner-validator.js'
import type { Rejection } from './rejection.js'
import type { Coverage } from './rule-coverage.js'
import { checkTransition } from './state-mapping.js'

export class MemberValidator {
  private readonly election: ElectionValidator
  private readonly learner: LearnerValidator

  /** @param coverage counts the rules that decide, where somebody wants to know */
  constructor(coverage?: Coverage) {
    this.election = new ElectionValidator(coverage)
    this.learner = new LearnerValidator(coverage)
  }

  /** The first rejection is the last word: nothing should follow it. Throws `TraceInputError` for what can't be read. */
  accept(event: TraceEvent): Rejection | undefined {
    checkMemberEvent(event)
    if (event.subsystem === 'election') return this.election.accept(event)
    if (event.subsystem === 'learner') return this.learner.accept(event)
    return checkTransition(event)
  }
}
