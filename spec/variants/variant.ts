/**
 * A variant of the protocol: named overrides of machines, each a function from a machine to a machine. Known bugs are
 * variants, and so is a change that somebody proposes; the checker explores the spec with one in place.
 */
import type { AnyStateMachine } from 'xstate'

/** Makes another machine of one; `provide`, `patch` and `add` write them. */
export type Change = (machine: AnyStateMachine) => AnyStateMachine

/** A change of the protocol. */
export interface Variant {
  /** Lower case, with dashes; a bug's number: `zookeeper-4643`. */
  readonly id: string
  /** One line: what is different. */
  readonly title: string
  /** The rules that it breaks. Empty for a change that is meant to be sound. */
  readonly forbidden: readonly string[]
  /** Bounds of a check that show it. */
  readonly bounds: Readonly<Record<string, number | boolean | string>>
  /** Changes by the id of the machine: `follower`, `leader`, `election`. */
  readonly machines: Readonly<Record<string, Change>>
}

/** States a variant. Only its type does anything: a field that is wrong is marked where it stands. */
export function defineVariant(variant: Variant): Variant {
  return variant
}

/** A variant that can't be applied: it names what isn't there. */
export class VariantError extends Error {
  override readonly name = 'VariantError'
  /** The name that isn't there. */
  readonly wrong: string
  /** The names that are. */
  readonly known: readonly string[]
  /** `what` and `where` stand before and after the name: `transition on` TUCH `in attached`. */
  constructor(machine: string, what: string, wrong: string, where: string, known: readonly string[]) {
    const there = known.length === 0 ? 'there are none' : `there are ${known.join(', ')}`
    super(`machine ${machine}: there is no ${what} ${wrong}${where === '' ? '' : ` ${where}`}; ${there}`)
    this.wrong = wrong
    this.known = known
  }
}

/** Guards and actions of a machine, to be given anew. With a machine's type, names and arguments are checked. */
export type Overrides<Machine extends AnyStateMachine> = Pick<
  Parameters<Machine['provide']>[0],
  'guards' | 'actions'
>

/**
 * Gives guards and actions other implementations. `provide<typeof sessionMachine>({ guards: { … } })` knows the
 * machine's names and types.
 */
export function provide<Machine extends AnyStateMachine = AnyStateMachine>(
  overrides: Overrides<Machine>,
): Change {
  return (machine) => {
    for (const kind of ['guards', 'actions'] as const) {
      const known = Object.keys(machine.implementations[kind])
      for (const name of Object.keys(overrides[kind] ?? {})) {
        if (!known.includes(name)) throw new VariantError(machine.id, kind.slice(0, -1), name, '', known)
      }
    }
    return machine.provide(overrides as Parameters<AnyStateMachine['provide']>[0])
  }
}

/** Gives a machine guards and actions that it doesn't have, for what `patch` and `add` then name. */
export function bring<Machine extends AnyStateMachine = AnyStateMachine>(
  brought: Readonly<Record<'guards' | 'actions', Readonly<Record<string, unknown>>>>,
): (machine: Machine) => Machine {
  return (machine) => {
    for (const kind of ['guards', 'actions'] as const) {
      const known = Object.keys(machine.implementations[kind])
      const twice = Object.keys(brought[kind]).find((name) => known.includes(name))
      if (twice !== undefined)
        throw new Error(`machine ${machine.id} has a ${kind.slice(0, -1)} ${twice} already; use provide`)
    }
    return machine.provide(brought as Parameters<AnyStateMachine['provide']>[0]) as Machine
  }
}

/** One change after the other. */
export function chain(...changes: readonly Change[]): Change {
  return (machine) => changes.reduce((made, change) => change(made), machine)
}

/** A machine as a variant has it: the machine itself where the variant doesn't speak of it. */
export function varied<Machine extends AnyStateMachine>(
  machine: Machine,
  variant: Variant | undefined,
): Machine {
  const change = variant?.machines[machine.id]
  // A change keeps context, events and input: only what guards and actions do with them is another.
  return change === undefined ? machine : (change(machine) as Machine)
}
