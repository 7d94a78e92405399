/**
 * Places a view's states, arrows and labels on a page: ELK's layered layout, tried downwards and sideways, the better kept.
 * Gives coordinates only; `svg.ts` draws.
 */
import { Elk, type ElkExtendedEdge, type ElkNode } from './elk.js'
import { allStates, type ChartState } from './chart.js'
import { sizeOf, stateLines, transitionLines, type Widths } from './label.js'
import { lineHeight, type Line } from './text-width.js'
import { isWithin, type End, type Link, type View } from './view.js'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Box extends Point {
  readonly width: number
  readonly height: number
}

export interface PlacedState extends Box {
  readonly kind: 'atomic' | 'compound' | 'closed' | 'final' | 'initial' | 'any' | 'outside'
  readonly title: string
  readonly lines: readonly Line[]
}

export interface PlacedArrow {
  /** From where it starts to its head; corners are right angles. */
  readonly points: readonly Point[]
  readonly label: (Box & { readonly groups: readonly (readonly Line[])[] }) | undefined
}

export interface Drawing {
  readonly width: number
  readonly height: number
  /** Outer states before those inside them. */
  readonly states: readonly PlacedState[]
  readonly arrows: readonly PlacedArrow[]
}

/** A page's width and height in px: what is larger is split where it can be. */
export const page = { width: 1000, height: 1500 }

const titleHeight = 24
const groupGap = 5
const dot = 12

type Way = Readonly<Record<string, string>>
interface Layout {
  readonly way: Way
  readonly widths: Widths
}
/** What is drawn for each of ELK's nodes. */
type Shown = Map<string, Omit<PlacedState, keyof Box>>

const spacing: Way = {
  'elk.algorithm': 'layered',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  'elk.randomSeed': '1',
  'elk.layered.thoroughness': '10',
  'elk.layered.spacing.nodeNodeBetweenLayers': '28',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.spacing.nodeNode': '26',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.spacing.labelLabel': '8',
  'elk.spacing.nodeSelfLoop': '14',
}

// Regions that no arrow connects stand side by side, each laid out by itself.
const apart: Way = { 'elk.hierarchyHandling': 'SEPARATE_CHILDREN' }
const regions: Way = { ...apart, 'elk.algorithm': 'rectpacking', 'elk.aspectRatio': '1.6' }

// Ways to lay a machine out, best liked first.
const down = { 'elk.direction': 'DOWN' }
const right = { 'elk.direction': 'RIGHT' }
const straight = { 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF' }
const short = { 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX' }
const ways: readonly Way[] = [
  { ...down, ...straight },
  { ...down, ...short },
  { ...right, ...short },
  { ...right, ...straight },
]
// Text is broken narrower only where the page asks for it.
const widthsTried: readonly Widths[] = [
  { label: 200, box: 400 },
  { label: 160, box: 250 },
  { label: 140, box: 180 },
]

/** Lays a view out. */
export async function place(view: View): Promise<Drawing> {
  const drawings: Drawing[] = []
  for (const widths of widthsTried) {
    for (const way of ways) drawings.push(await placeOnce(view, { way, widths }))
    if (drawings.some(({ width }) => width <= page.width)) break
  }
  return drawings.reduce((best, next) => (cost(next) < cost(best) ? next : best))
}

/** Whether a drawing is legible at a page's width. */
export function fits({ width, height }: Drawing): boolean {
  return width <= page.width && height <= page.height
}

function cost({ width, height }: Drawing): number {
  return Math.max(0, width - page.width) * 20 + Math.max(0, height - page.height) * 5 + width * 0.4 + height
}

async function placeOnce(view: View, layout: Layout): Promise<Drawing> {
  const { way, widths } = layout
  const placed: PlacedState[] = []
  const shown: Shown = new Map()
  const root: ElkNode = {
    id: 'page',
    layoutOptions: {
      ...spacing,
      ...way,
      ...(isOfRegions(view.focus, view) ? apart : {}),
      'elk.padding': '[top=8,left=8,bottom=8,right=8]',
    },
    children: [],
    edges: [],
  }
  const frame = nodeOf(view.focus, view, layout, shown)
  root.children = [frame, ...outsideNodes(view, shown)]
  root.edges = view.links.map((link, at) => edgeOf(link, at, view, widths))
  const result = await new Elk().layout(root)

  const visit = (node: ElkNode): void => {
    const what = shown.get(node.id)
    if (what !== undefined) placed.push({ ...what, ...boxOf(node) })
    node.children?.forEach(visit)
  }
  visit(result)
  return {
    width: Math.ceil(result.width ?? 0),
    height: Math.ceil(result.height ?? 0),
    states: placed,
    arrows: (result.edges ?? []).map((edge, at) => arrowOf(edge, view.links[at], view, widths)),
  }
}

function nodeOf(state: ChartState, view: View, layout: Layout, shown: Shown): ElkNode {
  const { way, widths } = layout
  const id = idOf({ kind: 'state', path: state.path })
  const isClosed = view.closed.has(state.path)
  const own = stateLines(state, widths, view.leaving.get(state.path))
  const lines = isClosed
    ? [
        ...stateLines(state, widths),
        [{ text: `${state.states.length} states, drawn apart`, style: 'note' as const }],
      ]
    : own
  const title = state === view.focus && state.path !== '' ? `${view.chart.id}.${state.path}` : state.name
  const kind =
    state.kind === 'final' ? 'final' : isClosed ? 'closed' : state.states.length > 0 ? 'compound' : 'atomic'
  shown.set(id, { kind, title, lines })

  const text = sizeOf([[{ text: title, style: 'title' }], ...lines])
  const width = Math.max(70, text.width + 28)
  const header = titleHeight + (lines.length > 0 ? lines.length * lineHeight + 12 : 0)
  if (kind !== 'compound') return { id, width, height: Math.max(34, header + 8) }

  const starts = (['initial', 'any'] as const)
    .filter((end) => view.links.some(({ from }) => from.kind === end && from.path === state.path))
    .map((end): ElkNode => {
      const inner = idOf({ kind: end, path: state.path })
      shown.set(inner, { kind: end, title: end === 'any' ? 'any state' : '', lines: [] })
      return end === 'any'
        ? { id: inner, width: 94, height: 28 }
        : {
            id: inner,
            width: dot,
            height: dot,
            layoutOptions: { 'elk.layered.layering.layerConstraint': 'FIRST' },
          }
    })
  return {
    id,
    layoutOptions: {
      ...spacing,
      ...way,
      ...(isOfRegions(state, view) ? regions : {}),
      'elk.padding': `[top=${header + 12},left=16,bottom=16,right=16]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${header + 20})`,
    },
    children: [...starts, ...state.states.map((inner) => nodeOf(inner, view, layout, shown))],
  }
}

function isOfRegions(state: ChartState, view: View): boolean {
  const regionOf = ({ path }: End) => state.states.find((inner) => isWithin(path, inner.path))
  return (
    state === view.focus &&
    state.kind === 'parallel' &&
    view.links.every(({ from, to }) => {
      const region = regionOf(from)
      return region !== undefined && region === regionOf(to)
    })
  )
}

function outsideNodes(view: View, shown: Shown): ElkNode[] {
  const ends = view.links.flatMap(({ from, to }) => [from, to]).filter(({ kind }) => kind === 'outside')
  return [...new Map(ends.map((end) => [idOf(end), end.path]))].map(([id, path]) => {
    const title = path === '' ? view.chart.id : path
    shown.set(id, { kind: 'outside', title, lines: [] })
    return { id, width: sizeOf([[{ text: title, style: 'title' }]]).width + 28, height: 30 }
  })
}

function edgeOf(link: Link, at: number, view: View, widths: Widths): ElkExtendedEdge {
  const edge: ElkExtendedEdge = {
    id: `edge${at}`,
    sources: [idOf(link.from)],
    targets: [idOf(link.to)],
    layoutOptions: { 'elk.layered.priority.direction': String(priority(link, view)) },
  }
  const groups = groupsOf(link, view, widths)
  if (groups.length === 0) return edge
  const { width, height } = sizeOf(groups.flat())
  const isLoop = link.from.path === link.to.path || isWithin(link.from.path, link.to.path)
  return {
    ...edge,
    labels: [
      {
        id: `label${at}`,
        text: `${view.chart.id}${at}`,
        width: width + 8,
        height: height + (groups.length - 1) * groupGap + 2,
        layoutOptions: isLoop
          ? { 'elk.edgeLabels.placement': 'CENTER' }
          : { 'elk.edgeLabels.inline': 'true', 'elk.edgeLabels.placement': 'CENTER' },
      },
    ],
  }
}

// What leads on in the machine's own order keeps its direction; what leads back is what bends.
function priority({ from, to }: Link, { chart }: View): number {
  if (from.kind === 'initial') return 100
  const order = allStates(chart.root).map(({ path }) => path)
  return order.indexOf(from.path) < order.indexOf(to.path) ? 10 : 1
}

// What leaves a closed state from within is told where its inside is drawn; here it is counted.
function groupsOf({ from, transitions }: Link, { closed }: View, widths: Widths): Line[][] {
  const own = transitions.filter(({ source }) => source === from.path || !closed.has(from.path))
  const groups = own.map((transition) => transitionLines(transition, widths))
  const within = transitions.length - own.length
  if (within > 0)
    groups.push([[{ text: within === 1 ? '1 from within' : `${within} from within`, style: 'note' }]])
  return groups
}

function arrowOf(edge: ElkExtendedEdge, link: Link | undefined, view: View, widths: Widths): PlacedArrow {
  const points = (edge.sections ?? []).flatMap(({ startPoint, bendPoints, endPoint }) => [
    startPoint,
    ...(bendPoints ?? []),
    endPoint,
  ])
  const label = edge.labels?.[0]
  return {
    points,
    label:
      label === undefined || link === undefined
        ? undefined
        : { ...boxOf(label), groups: groupsOf(link, view, widths) },
  }
}

function boxOf({ x, y, width, height }: Partial<Box>): Box {
  return { x: x ?? 0, y: y ?? 0, width: width ?? 0, height: height ?? 0 }
}

function idOf({ kind, path, copy }: End): string {
  return `${kind}:${path}${copy === undefined ? '' : `:${copy}`}`
}
