/** The places of a machine's definition where a mutant can be made, each with the change that alters it alone. */
import type { AnyStateMachine, AnyStateNode } from 'xstate'
import {
  type NewTransition,
  patch,
  type StatePatch,
  type TransitionPatch,
} from '../../../spec/variants/patch.js'
import type { Change } from '../../../spec/variants/variant.js'
import { actionName, guardName } from '../../diagram/chart.js'
import { rulesOf } from '../../machine/compile.js'

/** A transition, as its definition has it. */
export interface Site {
  /** `attached.RENEW`, `attached.RENEW#2`: stays while the definition's order does. */
  readonly id: string
  readonly path: readonly string[]
  /** The guard's name, in words. */
  readonly guard: string | undefined
  /** As the definition has them. */
  readonly rawGuard: unknown
  readonly rawActions: readonly unknown[]
  readonly actions: readonly string[]
  /** Where it leads: a state of the machine. */
  readonly target: AnyStateNode | undefined
  readonly source: AnyStateNode
  readonly rules: readonly string[]
  /** Marked `meta: { durable: true }`, or in a state that is. */
  readonly isDurable: boolean
  /** The machine with this transition altered, or with null, without it. */
  with(change: TransitionPatch | null): Change
}

/** The entry or exit actions of a state. */
export interface ActionsSite {
  readonly id: string
  readonly rawActions: readonly unknown[]
  readonly actions: readonly string[]
  with(actions: readonly unknown[]): Change
}

/** Every transition, in the machine's order. Delayed ones are left out: time is no part of the spec. */
export function sitesOf(machine: AnyStateMachine): Site[] {
  return nodesOf(machine.root).flatMap((node) => {
    const onEvents = [...node.transitions].filter(([event]) => !event.startsWith('xstate.'))
    return [...onEvents, ['always', node.always ?? []] as const].flatMap(([event, list]) =>
      list.map((transition, at): Site => {
        const turn = `#${at + 1}` as const
        const key = event === 'always' ? 'always' : 'on'
        const meta: unknown = transition.meta
        return {
          id: [...node.path, event].join('.') + (list.length > 1 ? turn : ''),
          path: node.path,
          guard: transition.guard === undefined ? undefined : guardName(transition.guard),
          rawGuard: transition.guard,
          rawActions: transition.actions,
          actions: transition.actions.map((action) => actionName(action)),
          target: transition.target?.[0],
          source: node,
          rules: rulesOf(meta),
          isDurable: isDurable(meta) || isDurable(node.meta),
          with: (change) =>
            patch(
              within(
                node.path,
                key === 'always' ? { always: { [turn]: change } } : { on: { [event]: { [turn]: change } } },
              ),
            ),
        }
      }),
    )
  })
}

/** Entry and exit actions, in the machine's order. */
export function actionsSitesOf(machine: AnyStateMachine): ActionsSite[] {
  return nodesOf(machine.root).flatMap((node) =>
    (['entry', 'exit'] as const).flatMap((kind): ActionsSite[] =>
      node[kind].length === 0
        ? []
        : [
            {
              id: [...node.path, kind].join('.'),
              rawActions: node[kind],
              actions: node[kind].map((action) => actionName(action)),
              with: (actions) =>
                patch(within(node.path, { [kind]: actions as NonNullable<NewTransition['actions']> })),
            },
          ],
    ),
  )
}

function nodesOf(node: AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values<AnyStateNode>(node.states).flatMap(nodesOf)]
}

/** A patch of a state far within the machine. */
function within(path: readonly string[], change: StatePatch): StatePatch {
  return path.reduceRight((inner, name): StatePatch => ({ states: { [name]: inner } }), change)
}

function isDurable(meta: unknown): boolean {
  return typeof meta === 'object' && meta !== null && 'durable' in meta && meta.durable === true
}
