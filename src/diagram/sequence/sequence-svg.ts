/** A sequence diagram as SVG: time goes down, messages slant from the step that sends to the step that takes them. */
import { escape, num } from '../svg.js'
import { textWidth, type Style } from '../text-width.js'
import { changedPart } from '../../text/changed-part.js'
import { downTimes, type Sequence, type SequenceMessage, type SequenceStep } from './sequence.js'

const stylesheet = `
svg{background:#fff}
text{font-family:Inter,"Helvetica Neue",Helvetica,Arial,"DejaVu Sans",sans-serif;fill:#1f2933}
.title{font-size:14px;font-weight:600}
.event{font-size:12px;font-weight:600}
.action{font-size:11px;fill:#4b5863}
.rule{font-size:10.5px;fill:#1a5fb4}
.note{font-size:11px;fill:#6b7780}
.badtext{fill:#b3261e}
.life{stroke:#9aa7b2;stroke-width:1.2}
.down{stroke:#b3261e;stroke-width:1.4;stroke-dasharray:2 5}
.actor{fill:#f4f8fc;stroke:#34495e;stroke-width:1.3}
.row{stroke:#e7ecf0;stroke-width:1}
.message{fill:none;stroke:#34495e;stroke-width:1.35}
.lost{fill:none;stroke:#b3261e;stroke-width:1.35}
.underway{fill:none;stroke:#7b8a97;stroke-width:1.25;stroke-dasharray:5 4}
.head{fill:#34495e}
.step{fill:#1f2933}
.restart{fill:#fff;stroke:#1f2933;stroke-width:2}
.cross{stroke:#b3261e;stroke-width:2.4}
.paper{fill:#fff;fill-opacity:.88}
.broken{fill:#fdecea;stroke:#b3261e;stroke-width:1.2}
`.trim()

const margin = 14
const numbers = 30
const headerHeight = 46
const lineHeight = 16
const words = 330

interface Place {
  readonly width: number
  readonly x: readonly number[]
  /** Where the steps' words begin. */
  readonly wordsX: number
  /** By step, from 0, which is the start; the last is the end. */
  readonly y: readonly number[]
}

interface Row {
  readonly step: SequenceStep
  readonly lines: readonly { readonly text: string; readonly style: string }[]
  readonly height: number
}

/** The document. */
export function sequenceSvg(sequence: Sequence, title: string): string {
  const rows = sequence.steps.map(rowOf)
  const place = placeOf(sequence, rows)
  const bottom = place.y.at(-1) ?? headerHeight
  const verdict = verdictOf(sequence.violation, place.width - 2 * margin - 24)
  const height = bottom + (verdict.length === 0 ? margin : verdict.length * lineHeight + 34)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${num(place.width)} ${num(height)}" width="${num(place.width)}" height="${num(height)}" role="img">`,
    `<title>${escape(title)}</title>`,
    `<style>${stylesheet}</style>`,
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7.4" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">' +
      '<path class="head" d="M0 .6 8 4 0 7.4z"/></marker></defs>',
    ...rows.map((_, at) => {
      const line = (place.y[at + 1] ?? 0) + (rows[at]?.height ?? 0) - 11
      return `<path class="row" d="M${margin} ${num(line)}H${num(place.width - margin)}"/>`
    }),
    ...lifelines(sequence, place, bottom),
    ...sequence.messages.map((message) => arrow(message, place)),
    ...rows.flatMap((row) => stepMarks(row, place)),
    ...labels(sequence, place),
    ...(verdict.length === 0
      ? []
      : [
          `<rect class="broken" x="${margin}" y="${num(bottom + 8)}" width="${num(place.width - 2 * margin)}" height="${num(verdict.length * lineHeight + 14)}" rx="6"/>`,
        ]),
    ...verdict.map(({ text, style }, at) =>
      textAt(text, style, margin + 12, bottom + 26 + at * lineHeight, at === 0 ? 'badtext' : ''),
    ),
    '</svg>\n',
  ].join('\n')
}

function verdictOf(violation: Sequence['violation'], width: number) {
  if (violation === null) return []
  const { rule, name, found } = violation
  return [
    ...wrap(`${rule}: ${name}`, 'event', width).map((text) => ({ text, style: 'event' })),
    ...wrap(found, 'action', width).map((text) => ({ text, style: 'action' })),
  ]
}

function placeOf({ lifelines, messages }: Sequence, rows: readonly Row[]): Place {
  const widest = Math.max(60, ...lifelines.map((name) => textWidth({ text: name, style: 'title' }) + 34))
  const label = Math.max(0, ...messages.map(({ text }) => textWidth({ text, style: 'action' }) + 30))
  const most = Math.max(90, (1000 - words - numbers - 2 * margin) / Math.max(1, lifelines.length))
  const gap = Math.max(widest, Math.min(Math.max(label, 100), most))
  const x = lifelines.map((_, at) => margin + numbers + gap * (at + 0.5))
  const wordsX = margin + numbers + gap * lifelines.length + 10
  const y = [headerHeight + 8]
  let at = headerHeight + 26
  for (const { height } of rows) {
    y.push(at)
    at += height
  }
  y.push(at + (messages.some(({ ends }) => ends === undefined) ? 14 : 0))
  return { width: wordsX + words + margin, x, wordsX, y }
}

function rowOf(step: SequenceStep): Row {
  const changes = step.changes.map((change) => {
    const { before, after } = changedPart(change)
    if (change.what === '') return change.after
    return change.before === '' ? `${change.what}: ${change.after}` : `${change.what}: ${before} → ${after}`
  })
  const lines = [
    ...wrap(step.text, 'event', words).map((text) => ({ text, style: 'event' })),
    ...wrap(step.rules.join(' '), 'rule', words).map((text) => ({ text, style: 'rule' })),
    ...changes.flatMap((text) => wrap(text, 'action', words)).map((text) => ({ text, style: 'action' })),
  ]
  return { step, lines, height: Math.max(44, lines.length * lineHeight + 16) }
}

function lifelines(sequence: Sequence, { x, y }: Place, bottom: number): string[] {
  const downs = downTimes(sequence)
  return sequence.lifelines.flatMap((name, at) => {
    const center = x[at] ?? 0
    const width = textWidth({ text: name, style: 'title' }) + 24
    const parts = [
      `<path class="life" d="M${num(center)} ${headerHeight - 8}V${num(bottom)}"/>`,
      `<rect class="actor" x="${num(center - width / 2)}" y="10" width="${num(width)}" height="28" rx="7"/>`,
      `<text class="title" text-anchor="middle" x="${num(center)}" y="29">${escape(name)}</text>`,
    ]
    for (const [from, to] of downs[at] ?? []) {
      const [top, end] = [y[from] ?? 0, y[to] ?? bottom]
      parts.push(
        `<path class="life" style="stroke:#fff;stroke-width:3" d="M${num(center)} ${num(top)}V${num(end)}"/>`,
        `<path class="down" d="M${num(center)} ${num(top)}V${num(end)}"/>`,
      )
    }
    return parts
  })
}

/** From where it is sent to where it ends; what is lost ends half way. */
function endsOf(message: SequenceMessage, { x, y }: Place) {
  const [fromX, toX] = [x[message.from] ?? 0, x[message.to] ?? 0]
  const fromY = y[message.sent] ?? 0
  const toY = y[message.ends ?? y.length - 1] ?? 0
  if (!message.lost && message.ends !== undefined) return { fromX, fromY, toX, toY }
  const part = message.lost ? 0.6 : 0.5
  return { fromX, fromY, toX: fromX + (toX - fromX) * part, toY: message.lost ? toY : toY - 12 }
}

function arrow(message: SequenceMessage, place: Place): string {
  const { fromX, fromY, toX, toY } = endsOf(message, place)
  if (message.from === message.to)
    return `<path class="message" d="M${num(fromX)} ${num(fromY)}h24V${num(toY)}H${num(fromX + 6)}" marker-end="url(#head)"/>`
  const shift = (toX > fromX ? 1 : -1) * (message.lost || message.ends === undefined ? 0 : 5)
  const line = `d="M${num(fromX)} ${num(fromY)}L${num(toX - shift)} ${num(toY)}"`
  if (message.lost) return `<path class="lost" ${line}/>${cross(toX, toY, 5)}`
  if (message.ends === undefined) return `<path class="underway" ${line}/>`
  return `<path class="message" ${line} marker-end="url(#head)"/>`
}

/** A message's words stand below its head, where the slanted line leaves room. */
function labels({ messages }: Sequence, place: Place): string[] {
  const taken = new Map<string, number>()
  return messages.flatMap((message) => {
    const { fromX, toX, toY } = endsOf(message, place)
    const key = `${message.to} ${message.ends}`
    const before = taken.get(key) ?? 0
    taken.set(key, before + 1)
    const right = toX > fromX
    const fate = message.lost ? ' (lost)' : message.ends === undefined ? ' (under way)' : ''
    const said = message.text + fate
    const text = fitted(said, Math.max(235, Math.abs(toX - fromX) - 24))
    const width = textWidth({ text, style: 'action' })
    const x = message.from === message.to ? toX + 28 : right ? toX - 10 - width : toX + 10
    const y = toY + 15 + before * 14
    return [
      `<rect class="paper" x="${num(x - 2)}" y="${num(y - 10)}" width="${num(width + 4)}" height="13"/>`,
      `<text class="action${message.lost ? ' badtext' : ''}" x="${num(x)}" y="${num(y)}"><title>${escape(said)}</title>${escape(text)}</text>`,
    ]
  })
}

function stepMarks({ step, lines }: Row, { x, y, wordsX }: Place): string[] {
  const top = y[step.number] ?? 0
  const marks = step.at.map((at) => {
    const center = x[at] ?? 0
    if (step.kind === 'crash') return cross(center, top, 8)
    return `<circle class="${step.kind}" cx="${num(center)}" cy="${num(top)}" r="4.5"/>`
  })
  return [
    `<text class="note" text-anchor="end" x="${margin + numbers - 10}" y="${num(top + 4)}">${step.number}</text>`,
    ...marks,
    ...lines.map(({ text, style }, at) =>
      textAt(
        text,
        style,
        wordsX,
        top + 4 + at * lineHeight,
        at === 0 && step.kind === 'crash' ? 'badtext' : '',
      ),
    ),
  ]
}

function cross(x: number, y: number, size: number): string {
  return `<path class="cross" d="M${num(x - size)} ${num(y - size)}l${2 * size} ${2 * size}m0 ${-2 * size}l${-2 * size} ${2 * size}"/>`
}

function textAt(text: string, style: string, x: number, y: number, also: string): string {
  return `<text class="${style}${also === '' ? '' : ` ${also}`}" x="${num(x)}" y="${num(y)}">${escape(text)}</text>`
}

function fitted(text: string, width: number): string {
  let cut = text
  while (cut.length > 1 && textWidth({ text: cut, style: 'action' }) > width) cut = `${cut.slice(0, -2)}…`
  return cut
}

function wrap(text: string, style: Style, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter((each) => each !== '')) {
    const last = lines.at(-1)
    const longer = last === undefined ? word : `${last} ${word}`
    if (last !== undefined && textWidth({ text: longer, style }) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}
