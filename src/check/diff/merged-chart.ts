/**
 * Both versions of a machine as one chart, to be drawn: what is only in one is marked by a sign before its name, which
 * the SVG also shows by colour. A transition that changed is there twice, as it was and as it is.
 */
import type { Chart, ChartState, ChartTransition } from '../../diagram/chart.js'
import type { MachineDiff, StateDiff } from './compare-machines.js'

/** Gone, new, the same in form but with another function behind a name. */
export const signs = { removed: '− ', added: '+ ', changed: '~ ' } as const

export function mergedChart(diff: MachineDiff): Chart {
  const replaced = new Set(diff.functions.map(({ name }) => name))
  const byPath = new Map(diff.states.map((state) => [state.path, state]))
  const root = byPath.get('')
  if (root === undefined) throw new Error(`machine ${diff.id} has no states to draw`)
  return { id: diff.id, root: mergedState(root, byPath, replaced) }
}

function mergedState(
  diff: StateDiff,
  byPath: ReadonlyMap<string, StateDiff>,
  replaced: ReadonlySet<string>,
): ChartState {
  const { path, before, after, kind, transitions } = diff
  const state = after ?? before
  if (state === undefined) throw new Error(`state ${path} is in neither version`)
  const inner = [...byPath.values()].filter((other) => other.path !== '' && parentOf(other.path) === path)
  const isOpen = inner.length > 0 && (state.kind === 'atomic' || state.kind === 'final')
  const drawn = transitions.flatMap((each): ChartTransition[] => {
    if (each.kind === 'changed') return [signed('removed', each.before), signed('added', each.after)]
    if (each.kind !== 'same') return [signed(each.kind, each.transition)]
    const { transition } = each
    const names = [...(transition.guard?.split(' ') ?? []), ...transition.actions]
    return [
      names.some((name) => replaced.has(name.replace(/\(.*$/, '')))
        ? signed('changed', transition)
        : transition,
    ]
  })
  return {
    path,
    name: path === '' || kind === 'same' || kind === 'changed' ? state.name : signs[kind] + state.name,
    kind: isOpen ? 'compound' : state.kind,
    initial: state.initial,
    entry: both(before?.entry, after?.entry),
    exit: both(before?.exit, after?.exit),
    rules: both(before?.rules, after?.rules),
    transitions: drawn,
    states: inner.map((each) => mergedState(each, byPath, replaced)),
  }
}

function signed(kind: keyof typeof signs, transition: ChartTransition): ChartTransition {
  return { ...transition, event: signs[kind] + transition.event }
}

/** Names of both, with what is only in one marked; of a state that is in one version only, its own. */
function both(
  before: readonly string[] | undefined,
  after: readonly string[] | undefined,
): readonly string[] {
  if (before === undefined || after === undefined) return after ?? before ?? []
  return [
    ...after.map((name) => (before.includes(name) ? name : signs.added + name)),
    ...before.filter((name) => !after.includes(name)).map((name) => signs.removed + name),
  ]
}

function parentOf(path: string): string {
  const at = path.lastIndexOf('.')
  return at === -1 ? '' : path.slice(0, at)
}
