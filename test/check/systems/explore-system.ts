/** Explores a model in a test, and says of a violation what tests ask for. */
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import type { Model } from '../../../src/check/model/model.js'
import { modelSpace } from '../../../src/check/spaces/model-space.js'
import type { CheckResult } from '../../../src/check/engine/check-result.js'
import type { Change, Variant } from '../../../spec/variants/variant.js'

export function explore<State, Action>(
  model: Model<State, Action>,
  options: { readonly liveness?: boolean } = {},
): Promise<CheckResult> {
  return check(modelSpace(model), { request: requestOf(model.name), ...options })
}

/** The rule and the name that a model's exploration finds broken, and after how many steps; the verdict if none is. */
export async function firstBroken<State, Action>(
  model: Model<State, Action>,
): Promise<readonly [rule: string, name: string, steps: number] | string> {
  const { verdict, violations } = await explore(model)
  const first = violations[0]
  return first === undefined ? verdict : [first.violation.rule, first.violation.name, first.steps.length]
}

/** A variant that changes one machine. */
export function variantOf(machine: string, change: Change): Variant {
  return { id: 'test', title: 'a mistake', forbidden: [], bounds: {}, machines: { [machine]: change } }
}
