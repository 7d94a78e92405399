/** Writes a chart for Graphviz: a cluster for each state with states in it. */
import { allTransitions, type Chart, type ChartState } from './chart.js'
import { formatTransition } from './label.js'

/** The digraph. Draw it with `dot`, which knows of clusters. */
export function dotOf(chart: Chart): string {
  const arrows = allTransitions(chart).filter(({ target }) => target !== undefined)
  return [
    `digraph ${quote(chart.id)} {`,
    '  compound=true; rankdir=TB; fontname="Helvetica"; labeljust=l',
    '  node [shape=box, style=rounded, fontname="Helvetica"]; edge [fontname="Helvetica", fontsize=10]',
    ...body(chart.root).map((line) => `  ${line}`),
    ...arrows.map((transition) => {
      const { source, target = '' } = transition
      const attributes = [`label=${quote(formatTransition(transition))}`]
      if (isCluster(chart, source)) attributes.push(`ltail=${quote(`cluster_${source}`)}`)
      if (isCluster(chart, target)) attributes.push(`lhead=${quote(`cluster_${target}`)}`)
      return `  ${quote(anchor(chart, source))} -> ${quote(anchor(chart, target))} [${attributes.join(', ')}]`
    }),
    '}\n',
  ].join('\n')
}

function body(state: ChartState): string[] {
  const title = [state.name]
  if (state.entry.length > 0) title.push(`entry / ${state.entry.join(', ')}`)
  if (state.exit.length > 0) title.push(`exit / ${state.exit.join(', ')}`)
  title.push(...state.transitions.filter(({ target }) => target === undefined).map(formatTransition))
  const label = quote(title.join('\n'))
  if (state.states.length === 0)
    return [`${quote(state.path)} [label=${label}${state.kind === 'final' ? ', peripheries=2' : ''}]`]
  const lines = [`subgraph ${quote(`cluster_${state.path}`)} {`, `  label=${label}; style=rounded`]
  if (state.initial !== undefined) {
    lines.push(`  ${quote(`${state.path}#start`)} [shape=point, width=0.12]`)
  }
  lines.push(...state.states.flatMap(body).map((line) => `  ${line}`), '}')
  if (state.initial !== undefined)
    lines.push(`${quote(`${state.path}#start`)} -> ${quote(firstLeaf(state, state.initial))}`)
  return lines
}

/** A state's own node, or for a cluster, which has none, its start. */
function anchor(chart: Chart, path: string): string {
  const state = find(chart.root, path)
  if (state === undefined || state.states.length === 0) return path
  return state.initial === undefined ? anchor(chart, state.states[0]?.path ?? path) : `${path}#start`
}

function firstLeaf(state: ChartState, path: string): string {
  const found = find(state, path)
  return found === undefined || found.states.length === 0
    ? path
    : found.initial === undefined
      ? firstLeaf(found, found.states[0]?.path ?? path)
      : `${path}#start`
}

function isCluster(chart: Chart, path: string): boolean {
  return (find(chart.root, path)?.states.length ?? 0) > 0
}

function find(state: ChartState, path: string): ChartState | undefined {
  if (state.path === path) return state
  for (const inner of state.states) {
    const found = find(inner, path)
    if (found !== undefined) return found
  }
  return undefined
}

function quote(text: string): string {
  return `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\l')}"`
}
