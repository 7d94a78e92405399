/**
 * What one picture shows of a chart: a state and what is in it, some states closed (drawn as a box without its inside),
 * transitions gathered by where they start and end. A machine too wide for a page becomes several views.
 */
import { allStates, allTransitions, type Chart, type ChartState, type ChartTransition } from './chart.js'

export interface View {
  readonly chart: Chart
  /** The state that is the picture's frame. */
  readonly focus: ChartState
  /** Paths of compound states whose inside has a picture of its own. */
  readonly closed: ReadonlySet<string>
  readonly links: readonly Link[]
  /** By state, the transitions that leave the picture: told in the state's box. */
  readonly leaving: ReadonlyMap<string, readonly ChartTransition[]>
}

/** The transitions between two ends, drawn as one arrow. */
export interface Link {
  readonly from: End
  readonly to: End
  readonly transitions: readonly ChartTransition[]
}

/** Where an arrow ends: a state, any state within one, its initial dot, or a state outside of the picture. */
export interface End {
  readonly kind: 'state' | 'any' | 'initial' | 'outside'
  readonly path: string
  /** Tells apart several places that stand for one state outside. */
  readonly copy?: string
}

/** Gathers what a picture shows. */
export function viewOf(chart: Chart, focus: ChartState, closed: ReadonlySet<string> = new Set()): View {
  const leaving = new Map<string, ChartTransition[]>()
  const links = new Map<string, { from: End; to: End; transitions: ChartTransition[] }>()
  const link = (from: End, to: End, transition: ChartTransition | undefined) => {
    const key = [from.kind, from.path, to.kind, to.path].join('|')
    const found = links.get(key) ?? { from, to, transitions: [] }
    links.set(key, found)
    if (transition !== undefined) found.transitions.push(transition)
  }

  for (const { path, initial } of openStates(focus, closed)) {
    if (initial !== undefined)
      link({ kind: 'initial', path }, { kind: 'state', path: lift(initial, closed) }, undefined)
  }
  for (const transition of allTransitions(chart)) {
    if (transition.target === undefined) continue
    const from = lift(transition.source, closed)
    const to = lift(transition.target, closed)
    const fromInside = isWithin(from, focus.path)
    const toInside = isWithin(to, focus.path)
    if (!fromInside && !toInside) continue
    if (from === to && closed.has(from) && transition.target !== from) continue // within the closed box
    if (!toInside) {
      leaving.set(from, [...(leaving.get(from) ?? []), transition])
      continue
    }
    const around = fromInside && from !== to && isWithin(to, from)
    // A state around the whole picture: any state of the picture, if the arrow stays in it.
    const enclosing = !fromInside && isWithin(focus.path, from)
    if (enclosing && focus.path !== '') continue // shown where that state is the frame
    link(
      { kind: around ? 'any' : fromInside ? 'state' : 'outside', path: from },
      { kind: 'state', path: to },
      transition,
    )
  }
  return { chart, focus, closed, links: [...links.values()].map(ownOutside), leaving }
}

// Each state of the picture gets a place of its own for what comes from outside: a short arrow instead of a bundle.
function ownOutside(link: Link): Link {
  return link.from.kind === 'outside' ? { ...link, from: { ...link.from, copy: link.to.path } } : link
}

/** The states of a picture, frame first, that show their inside. */
export function openStates(focus: ChartState, closed: ReadonlySet<string>): ChartState[] {
  const open = (state: ChartState): ChartState[] =>
    closed.has(state.path) ? [] : [state, ...state.states.flatMap(open)]
  return [focus, ...focus.states.flatMap(open)]
}

/** States with states inside that a too large picture can close: innermost first, the larger before the smaller. */
export function closable(focus: ChartState): ChartState[] {
  const depth = (state: ChartState): number => Math.max(0, ...state.states.map((inner) => depth(inner) + 1))
  return allStates(focus)
    .filter((state) => state !== focus && allStates(state).length > 2)
    .sort((a, b) => depth(a) - depth(b) || allStates(b).length - allStates(a).length)
}

/** Whether a path is another or inside it. */
export function isWithin(path: string, outer: string): boolean {
  return outer === '' || path === outer || path.startsWith(`${outer}.`)
}

function lift(path: string, closed: ReadonlySet<string>): string {
  for (const outer of closed) if (isWithin(path, outer)) return outer
  return path
}
