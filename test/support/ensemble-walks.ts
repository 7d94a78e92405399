/** Random walks of an ensemble, for tests that look at every step that its machines take. */
import type { Bounds } from '../../src/check/systems/ensemble-bounds.js'
import type { Machines, Stepper } from '../../spec/ensemble/ensemble-server.js'
import { networkModel } from '../../src/check/spaces/network-model.js'
import { Random } from '../../src/random/random.js'
import { ensembleOf } from '../../src/check/systems/ensemble-system.js'

/** Takes walks of the ensemble that runs on some machines. */
export function walkEnsemble(
  machines: Machines,
  bounds: Partial<Bounds>,
  { walks, steps, seed }: { readonly walks: number; readonly steps: number; readonly seed: number },
): void {
  const model = networkModel(ensembleOf(machines, { symmetry: false, ...bounds }))
  const random = new Random(seed)
  for (let walk = 0; walk < walks; walk++) {
    let state = model.initial()[0]!
    for (let step = 0; step < steps; step++) {
      const actions = model.actions(state)
      if (actions.length === 0) break
      state = model.next(state, actions[random.below(actions.length)]!)
    }
  }
}

/** A stepper that tells of every step. */
export function watched<Context, Event>(
  stepper: Stepper<Context, Event>,
  tell: (
    state: string,
    context: Context,
    event: Event,
    taken: ReturnType<Stepper<Context, Event>['step']>,
  ) => void,
): Stepper<Context, Event> {
  return {
    can: (state, context, event) => stepper.can(state, context, event),
    step(state, context, event) {
      const taken = stepper.step(state, context, event)
      tell(state, context, event, taken)
      return taken
    },
  }
}
