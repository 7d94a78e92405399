/** Steps of the spec's machines, compiled: what the checker runs in place of xstate's own transition. */
import type { ElectionMachine } from '../../../spec/election/election-machine.js'
import type { StepElection } from '../../../spec/election/step-election.js'
import { compilePure } from '../../machine/compile-pure.js'

/** The election's step, equal to `stepOf(machine)`. */
export function compiledElection(machine: ElectionMachine): StepElection {
  const pure = compilePure(machine)
  return ({ value, context }, event) => {
    const taken = pure.step(value, context, event)
    if (taken === null) return null
    const { outbox, ...after } = taken.context
    return {
      value: taken.value,
      context: { ...after, outbox: [] },
      sends: outbox,
      rules: taken.transition.rules,
    }
  }
}
