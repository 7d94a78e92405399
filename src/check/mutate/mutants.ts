/** Mutants of a machine, made mechanically: small mistakes that a change could bring, one at a time. */
import { not, type AnyStateMachine } from 'xstate'
import type { TransitionPatch } from '../../../spec/variants/patch.js'
import { chain, type Change, type Variant } from '../../../spec/variants/variant.js'
import { actionsSitesOf, sitesOf, type Site } from './mutation-sites.js'

export const operators = [
  'negate guard',
  'drop guard',
  'drop action',
  'swap actions',
  'remove transition',
  'send early',
  'swap durable',
] as const
export type Operator = (typeof operators)[number]

/** A mistake. */
export interface SpecMutant {
  /** Stable while the place's state, event, turn and names are: `session/attached.RENEW#1/drop-action-welcome`. */
  readonly id: string
  readonly machine: string
  readonly operator: Operator
  readonly description: string
  /** The rules that the place carries. */
  readonly rules: readonly string[]
  readonly variant: Variant
}

/** Every mutant of a machine, in the machine's order. */
export function mutantsOf(machine: AnyStateMachine): readonly SpecMutant[] {
  const found: SpecMutant[] = []
  const make = (
    place: string,
    operator: Operator,
    what: string,
    description: string,
    rules: readonly string[],
    change: Change,
  ) => {
    const plain = `${machine.id}/${place}/${what.replace(/[^A-Za-z0-9]+/g, '-')}`
    const times = found.filter(({ id }) => id === plain || id.startsWith(`${plain}~`)).length
    const id = times === 0 ? plain : `${plain}~${times + 1}`
    const variant: Variant = {
      id: id.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      title: `${machine.id}, ${place}: ${description}`,
      forbidden: [],
      bounds: {},
      machines: { [machine.id]: change },
    }
    found.push({ id, machine: machine.id, operator, description: `${place}: ${description}`, rules, variant })
  }
  const actions = (
    of: { id: string; actions: readonly string[]; rawActions: readonly unknown[] },
    rules: readonly string[],
    made: (actions: readonly unknown[]) => Change,
  ) => {
    of.actions.forEach((name, at) => {
      make(
        of.id,
        'drop action',
        `drop action ${name}`,
        `without ${name}`,
        rules,
        made(without(of.rawActions, at)),
      )
    })
    of.actions.slice(1).forEach((name, at) => {
      const first = of.actions[at] ?? ''
      if (first === name) return
      make(
        of.id,
        'swap actions',
        `swap ${first} ${name}`,
        `${name} before ${first}`,
        rules,
        made(swapped(of.rawActions, at)),
      )
    })
  }

  const sites = sitesOf(machine)
  for (const site of sites) {
    const { id, guard, rules } = site
    if (guard !== undefined) {
      make(id, 'negate guard', 'negate guard', `if not ${guard}`, rules, negated(site))
      make(id, 'drop guard', 'drop guard', `whether ${guard} or not`, rules, site.with({ guard: null }))
    }
    actions(site, rules, (list) => site.with(withActions(list)))
    make(id, 'remove transition', 'remove', 'it is not there', rules, site.with(null))
    if (!site.isDurable) continue
    const early = sentEarly(site, sites)
    if (early !== null) make(id, 'send early', 'send early', early.description, rules, early.change)
    const other = swappedWithNext(site, sites)
    if (other !== null) make(id, 'swap durable', 'swap durable', other.description, rules, other.change)
  }
  for (const site of actionsSitesOf(machine)) actions(site, [], (list) => site.with(list))
  return found
}

/** The guard the other way round, under a name, as compiled machines need it. */
function negated(site: Site): Change {
  const { rawGuard } = site
  const name =
    typeof rawGuard === 'object' && rawGuard !== null && 'type' in rawGuard ? rawGuard.type : rawGuard
  return (machine) => {
    const guards = machine.implementations.guards as Readonly<Record<string, unknown>>
    const guard = typeof name === 'string' ? guards[name] : undefined
    // xstate's own and, or and not are no plain functions: its not takes them.
    if (typeof name !== 'string' || typeof guard !== 'function' || 'check' in guard)
      return site.with({ guard: not(rawGuard as Parameters<typeof not>[0]) as never })(machine)
    const other = `not ${name}`
    const called = guard as (...args: unknown[]) => boolean
    const named = typeof rawGuard === 'object' && rawGuard !== null ? { ...rawGuard, type: other } : other
    const provided = machine.provide({ guards: { [other]: (...args: unknown[]) => !called(...args) } })
    return site.with({ guard: named })(provided as AnyStateMachine)
  }
}

/** What a durable transition does after its write is done already by what leads to it: a crash can fall in between. */
function sentEarly(site: Site, sites: readonly Site[]): { description: string; change: Change } | null {
  const [write, ...rest] = site.rawActions
  const before = sites.filter(({ target, source }) => target === site.source && source !== site.source)
  if (rest.length === 0 || before.length === 0 || site.target === undefined) return null
  const names = site.actions.slice(1).join(', ')
  return {
    description: `${names} before ${site.actions[0] ?? ''} is durable`,
    change: chain(
      ...before.map((entering) => entering.with(withActions([...entering.rawActions, ...rest]))),
      site.with(withActions([write])),
    ),
  }
}

/** A durable transition's state and the next one, the other way round. */
function swappedWithNext(site: Site, sites: readonly Site[]): { description: string; change: Change } | null {
  const { source: first, target: second } = site
  if (second === undefined || second === first) return null
  const onward = sites.find(
    ({ source, target }) =>
      source === second && target !== undefined && target !== first && target !== second,
  )
  if (onward?.target === undefined) return null
  const third = onward.target
  const to = (node: { id: string }) => ({ target: `#${node.id}` })
  const before = sites.filter(
    ({ source, target }) => target === first && source !== first && source !== second,
  )
  if (before.length === 0) return null
  return {
    description: `${second.key} before ${first.key}`,
    change: chain(
      ...before.map((entering) => entering.with(to(second))),
      onward.with(to(first)),
      site.with(to(third)),
    ),
  }
}

function withActions(actions: readonly unknown[]): TransitionPatch {
  return { actions: actions as NonNullable<TransitionPatch['actions']> }
}

function without(list: readonly unknown[], at: number): unknown[] {
  return list.filter((_, index) => index !== at)
}

function swapped(list: readonly unknown[], at: number): unknown[] {
  return [...list.slice(0, at), list[at + 1], list[at], ...list.slice(at + 2)]
}
