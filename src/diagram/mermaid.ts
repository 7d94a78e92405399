/** Writes a chart as Mermaid's stateDiagram-v2, which GitHub draws in Markdown pages. */
import { allTransitions, type Chart, type ChartState } from './chart.js'
import { formatTransition } from './label.js'
import { isWithin } from './view.js'

/** The diagram, without the fence around it. */
export function mermaidOf(chart: Chart): string {
  return [
    'stateDiagram-v2',
    '  direction TB',
    ...inside(chart, chart.root).map((line) => `  ${line}`),
    '',
  ].join('\n')
}

function inside(chart: Chart, state: ChartState): string[] {
  const lines: string[] = []
  if (state.initial !== undefined) lines.push(`[*] --> ${idOf(state.initial)}`)
  for (const child of state.states) lines.push(...declaration(chart, child))
  const outward = allTransitions(chart).filter(
    ({ source, target }) => target !== undefined && source === state.path,
  )
  const within = outward.filter(({ target }) => isWithin(target ?? '', state.path) && target !== state.path)
  if (within.length > 0) lines.push(`state "any state" as ${anyOf(state)}`)
  for (const transition of within)
    lines.push(
      `${anyOf(state)} --> ${idOf(transition.target ?? '')} : ${escape(formatTransition(transition))}`,
    )
  // Arrows stand in the innermost state around both ends: Mermaid draws a state where it is first named.
  for (const transition of allTransitions(chart)) {
    const { source, target } = transition
    if (target === undefined || source === '' || (isWithin(target, source) && target !== source)) continue
    if (enclosing(source, target) !== state.path) continue
    lines.push(`${idOf(source)} --> ${idOf(target)} : ${escape(formatTransition(transition))}`)
  }
  return lines
}

function declaration(chart: Chart, state: ChartState): string[] {
  const id = idOf(state.path)
  const kept = state.transitions.filter(({ target }) => target === undefined).map(formatTransition)
  const details = [
    ...(state.entry.length > 0 ? [`entry / ${state.entry.join(', ')}`] : []),
    ...(state.exit.length > 0 ? [`exit / ${state.exit.join(', ')}`] : []),
    ...kept,
  ].map(escape)
  // Mermaid lets a state with states inside have a title and nothing more.
  const title = state.states.length > 0 ? [state.name, ...details].join('<br/>') : state.name
  const lines = [`state "${title}" as ${id}`]
  if (state.states.length === 0) lines.push(...details.map((detail) => `${id} : ${detail}`))
  if (state.kind === 'final') lines.push(`${id} --> [*]`)
  if (state.states.length > 0)
    lines.push(`state ${id} {`, ...inside(chart, state).map((line) => `  ${line}`), '}')
  return lines
}

/** Path of the innermost state that holds both, neither of them itself. */
function enclosing(source: string, target: string): string {
  const a = source.split('.').slice(0, -1)
  const b = target.split('.').slice(0, -1)
  const shared = a.findIndex((name, at) => name !== b[at])
  return (shared === -1 ? a : a.slice(0, shared)).join('.')
}

function anyOf(state: ChartState): string {
  return state.path === '' ? 'any_state' : `${idOf(state.path)}__any`
}

// Mermaid's own words can't be ids.
function idOf(path: string): string {
  return `s_${path.replace(/[^A-Za-z0-9]/g, '_')}`
}

function escape(text: string): string {
  return text.replace(/[#;:{}"<>]/g, (character) => `#${character.charCodeAt(0)};`)
}
