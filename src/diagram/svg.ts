/** Writes a drawing as SVG: dark on light, text as text, no scripts, nothing fetched. */
import type { Drawing, PlacedArrow, PlacedState, Point } from './layout.js'
import { fontSize, lineHeight, spanGap, textWidth, type Line } from './text-width.js'

const stylesheet = `
svg{background:#fff}
text{font-family:Inter,"Helvetica Neue",Helvetica,Arial,"DejaVu Sans",sans-serif;fill:#1f2933;dominant-baseline:alphabetic}
.title{font-size:${fontSize.title}px;font-weight:600}
.event{font-size:${fontSize.event}px;font-weight:600}
.guard{font-size:${fontSize.guard}px;fill:#7c4a03}
.action{font-size:${fontSize.action}px;fill:#4b5863}
.rule{font-size:${fontSize.rule}px;fill:#1a5fb4}
.note{font-size:${fontSize.note}px;fill:#6b7780;font-style:italic}
.atomic,.final{fill:#f4f8fc;stroke:#34495e;stroke-width:1.3}
.compound{fill:#fff;stroke:#7b8a97;stroke-width:1.2}
.closed{fill:#eaf1f8;stroke:#34495e;stroke-width:1.3}
.inner{fill:none;stroke:#34495e;stroke-width:1}
.outside,.any{fill:#fff;stroke:#7b8a97;stroke-width:1.1;stroke-dasharray:4 3}
.initial{fill:#1f2933}
.rulebar{stroke:#c9d3dc;stroke-width:1}
.arrow{fill:none;stroke:#52616f;stroke-width:1.25}
.head{fill:#52616f}
.paper{fill:#fff}
`.trim()

const markStyles = `
.is-added{stroke:#1a7f37}
.is-removed{stroke:#b3261e;stroke-dasharray:5 4}
.is-changed{stroke:#9a6700}
tspan.is-added{fill:#1a7f37;stroke:none}
tspan.is-removed{fill:#b3261e;stroke:none}
tspan.is-changed{fill:#9a6700;stroke:none}
`.trim()

/** Signs before the name of what is only in one of two versions: such is drawn in colour, and dashed where it is gone. */
export type Signs = Readonly<Record<'added' | 'removed' | 'changed', string>>

/** The SVG document. `title` is what a screen reader says. */
export function svgOf(drawing: Drawing, title: string, signs?: Signs): string {
  const { width, height, states, arrows } = drawing
  const mark = (text: string): string =>
    Object.entries(signs ?? {}).find(([, sign]) => text.startsWith(sign))?.[0] ?? ''
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${stylesheet}${signs === undefined ? '' : `\n${markStyles}`}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7.4" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse">' +
      '<path class="head" d="M0 .6 8 4 0 7.4z"/></marker></defs>',
    ...states.map((state) => stateSvg(state, mark)),
    ...arrows.map(
      (arrow) =>
        `<path class="arrow${is(arrowMark(arrow, mark))}" d="${pathData(arrow.points)}" marker-end="url(#head)"/>`,
    ),
    ...arrows.flatMap((arrow) => labelSvg(arrow, mark)),
    '</svg>\n',
  ].join('\n')
}

type MarkOf = (text: string) => string

function is(mark: string): string {
  return mark === '' ? '' : ` is-${mark}`
}

/** An arrow's mark, where all its transitions have the same. */
function arrowMark({ label }: PlacedArrow, mark: MarkOf): string {
  const marks = new Set((label?.groups ?? []).map((group) => mark(group[0]?.[0]?.text ?? '')))
  return marks.size === 1 ? ([...marks][0] ?? '') : ''
}

function stateSvg(state: PlacedState, mark: MarkOf): string {
  const { x, y, width, height, kind, title, lines } = state
  if (kind === 'initial')
    return `<circle class="initial" cx="${num(x + width / 2)}" cy="${num(y + height / 2)}" r="5.5"/>`
  const isFrame = kind === 'compound'
  const round = kind === 'outside' || kind === 'any' ? height / 2 : isFrame ? 8 : 7
  const shape = `x="${num(x)}" y="${num(y)}" width="${num(width)}" height="${num(height)}" rx="${num(round)}"`
  const parts = [`<rect class="${kind}${is(mark(title))}" ${shape}/>`]
  if (kind === 'final') {
    parts.push(
      `<rect class="inner" x="${num(x + 3)}" y="${num(y + 3)}" width="${num(width - 6)}" height="${num(height - 6)}" rx="5"/>`,
    )
  }
  const hasLines = lines.length > 0
  const titleY = hasLines || isFrame ? y + 20 : y + height / 2 + 5
  const titleSpan = { text: title, style: 'title' } as const
  const titleX = isFrame ? x + 14 : x + (width - textWidth(titleSpan)) / 2
  parts.push(
    isFrame
      ? `<text class="title" x="${num(titleX)}" y="${num(titleY)}">${escape(title)}</text>`
      : `<text class="title" text-anchor="middle" x="${num(x + width / 2)}" y="${num(titleY)}">${escape(title)}</text>`,
  )
  if (hasLines) {
    const top = y + 30
    if (!isFrame) parts.push(`<path class="rulebar" d="M${num(x + 1)} ${num(top)}H${num(x + width - 1)}"/>`)
    let of = ''
    lines.forEach((line, at) => {
      // What goes on from the line before is indented.
      const first = line[0]?.text ?? ''
      if (!first.startsWith('\u00a0')) of = mark(first)
      parts.push(lineSvg(line, x + 14, top + 13 + at * lineHeight, (text) => of || mark(text)))
    })
  }
  return parts.join('\n')
}

function labelSvg({ label }: PlacedArrow, mark: MarkOf): string[] {
  if (label === undefined) return []
  const { x, y, width, height, groups } = label
  const parts = [
    `<rect class="paper" x="${num(x)}" y="${num(y)}" width="${num(width)}" height="${num(height)}" rx="3"/>`,
  ]
  let top = y
  for (const group of groups) {
    const of = mark(group[0]?.[0]?.text ?? '')
    for (const line of group) {
      parts.push(lineSvg(line, x + 4, top + 12, () => of))
      top += lineHeight
    }
    top += 5
  }
  return parts
}

function lineSvg(line: Line, x: number, y: number, mark: MarkOf): string {
  // Renderers drop space at a line's start, so that is moved into the place.
  const indent =
    line[0] === undefined ? 0 : textWidth({ ...line[0], text: /^\u00a0*/.exec(line[0].text)?.[0] ?? '' })
  const spans = line.map(({ text, style }, at) => {
    const gap = at === 0 ? '' : ` dx="${spanGap}"`
    return `<tspan class="${style}${is(mark(text))}"${gap}>${escape(text.replace(/^\u00a0+/, ''))}</tspan>`
  })
  return `<text x="${num(x + indent)}" y="${num(y)}">${spans.join('')}</text>`
}

/** Straight runs with rounded corners. */
function pathData(points: readonly Point[]): string {
  const [first, ...rest] = points
  if (first === undefined) return ''
  const parts = [`M${num(first.x)} ${num(first.y)}`]
  rest.forEach((point, at) => {
    const before = at === 0 ? first : rest[at - 1]
    const after = rest[at + 1]
    if (before === undefined || after === undefined) {
      parts.push(`L${num(point.x)} ${num(point.y)}`)
      return
    }
    const radius = Math.min(6, distance(before, point) / 2, distance(point, after) / 2)
    const into = toward(point, before, radius)
    const out = toward(point, after, radius)
    parts.push(`L${num(into.x)} ${num(into.y)}Q${num(point.x)} ${num(point.y)} ${num(out.x)} ${num(out.y)}`)
  })
  return parts.join('')
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}

function toward(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to) || 1
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole }
}

/** A coordinate, to a tenth. */
export function num(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Text as XML has it. */
export function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
