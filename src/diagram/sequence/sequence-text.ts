/** A sequence diagram for the terminal: lifelines, a row a step, arrows where messages arrive, the steps' words beside it. */
import { cutTo, padTo, wrapWords } from '../../text/wrap-lines.js'
import type { Look } from '../../text/paint.js'
import { downTimes, type Sequence, type SequenceMessage, type SequenceStep } from './sequence.js'

/** A row's characters, each with what it is, so that colour comes last and widths stay simple. */
type Ink = 'faint' | 'strong' | 'bad'
type Cell = readonly [character: string, ink: Ink]

const lead = 5
const minWords = 28

/** The diagram. Below about 60 columns the steps' words go under each row. */
export function formatSequence(sequence: Sequence, { width, paint }: Look): string {
  const { lifelines, steps, messages } = sequence
  const count = Math.max(1, lifelines.length)
  const longest = Math.max(...lifelines.map((name) => name.length), 1)
  const labels = Math.max(0, ...messages.map(({ text }) => text.length))
  const wanted = Math.min(26, Math.max(longest + 2, labels + 9, 10))
  const gap = Math.max(8, Math.min(wanted, Math.floor((width - lead - minWords) / count)))
  const chart = lead + gap * count
  const beside = width - chart >= minWords
  const room = beside ? width - chart : width - lead - 2
  const column = (lifeline: number) => lead + Math.floor(gap / 2) + gap * lifeline
  const downs = downTimes(sequence)

  const blank = (step: number): Cell[] => {
    const cells: Cell[] = Array.from({ length: chart }, () => [' ', 'faint'])
    lifelines.forEach((_, at) => {
      const down = downs[at]?.some(([from, to]) => step >= from && step < to) ?? false
      cells[column(at)] = down ? ['╎', 'bad'] : ['│', 'faint']
    })
    return cells
  }
  const write = (cells: Cell[], at: number, text: string, ink: Ink) => {
    ;[...text].forEach((character, offset) => {
      if (at + offset < cells.length) cells[at + offset] = [character, ink]
    })
  }
  const shown = (cells: readonly Cell[]) => cells.map(([character, ink]) => paint[ink](character)).join('')

  const arrow = (
    cells: Cell[],
    message: SequenceMessage,
    end: 'taken' | 'lost' | 'under way',
    step: number,
  ) => {
    const [from, to] = [column(message.from), column(message.to)]
    const ink: Ink = end === 'lost' ? 'bad' : 'strong'
    const right = to > from
    if (from === to && end === 'taken')
      return write(cells, from + 1, cutTo(`⟲ ${message.text}`, gap - 2), ink)
    // What does not arrive ends half way.
    const half = Math.floor((from + to) / 2)
    const stop = end === 'taken' ? to : right ? half + 1 : half - 1
    const [low, high] = right ? [from + 1, stop - 1] : [stop + 1, from - 1]
    const dash = end === 'under way' ? '╌' : '─'
    for (let at = low; at <= high; at++) cells[at] = [dash, ink]
    const head = end === 'taken' ? (right ? '▶' : '◀') : end === 'lost' ? '✗' : '…'
    cells[right ? high : low] = [head, ink]
    if (end !== 'taken') return // its words stand beside it
    const since = message.sent < step - 1 && message.sent > 0 ? ` (${message.sent})` : ''
    const space = high - low - 2
    const label = cutTo(message.text, Math.max(0, space - since.length)) + (space > since.length ? since : '')
    if (label !== '') write(cells, low + 1 + Math.max(0, Math.floor((space - label.length) / 2)), label, ink)
  }

  const rows: string[] = []
  const put = (cells: readonly Cell[], words: readonly string[], filler: () => readonly Cell[]) => {
    if (beside) {
      const height = Math.max(1, words.length)
      for (let at = 0; at < height; at++)
        rows.push(`${shown(at === 0 ? cells : filler())}${words[at] ?? ''}`.trimEnd())
    } else {
      rows.push(shown(cells).trimEnd(), ...words.map((line) => `${' '.repeat(lead + 2)}${line}`))
    }
  }

  const header = lifelines.map((name) => {
    // What tells names apart stands at their ends: `server 1`.
    const short = name.length < gap ? name : `…${name.slice(name.length - gap + 2)}`
    return padTo(' '.repeat(Math.max(0, Math.floor(gap / 2) - Math.floor(short.length / 2))) + short, gap)
  })
  rows.push((' '.repeat(lead) + header.join('')).trimEnd())
  rows.push(shown(blank(0)).trimEnd())
  for (const step of steps) {
    const cells = blank(step.number)
    write(cells, 0, String(step.number).padStart(3), 'faint')
    const ends = messages.filter(({ ends }) => ends === step.number)
    for (const message of ends.filter(({ lost }) => !lost)) arrow(cells, message, 'taken', step.number)
    for (const at of step.at) cells[column(at)] = markOf(step)
    put(cells, stepLines(step, room, { width, paint }), () => blank(step.number + 0.5))
    for (const message of ends.filter(({ lost }) => lost)) {
      const lost = blank(step.number + 0.5)
      arrow(lost, message, 'lost', step.number)
      put(lost, wrapWords(`${message.text} is lost`, room).map(paint.bad), () => blank(step.number + 0.5))
    }
  }
  for (const message of messages.filter(({ ends }) => ends === undefined)) {
    const cells = blank(steps.length + 0.5)
    arrow(cells, message, 'under way', steps.length)
    const words = wrapWords(`${message.text} under way since ${message.sent}`, room)
    put(cells, words.map(paint.faint), () => blank(steps.length + 0.5))
  }
  if (sequence.violation === null) return `${rows.join('\n')}\n`
  const { rule, name, found } = sequence.violation
  rows.push(
    `  ${paint.bad('✗')}  ${paint.rule(rule)} ${paint.strong(name)}`,
    ...wrapWords(found, width - lead).map((line) => ' '.repeat(lead) + line),
  )
  return `${rows.join('\n')}\n`
}

function markOf({ kind }: SequenceStep): Cell {
  return kind === 'crash' ? ['✗', 'bad'] : kind === 'restart' ? ['↻', 'strong'] : ['●', 'strong']
}

function stepLines({ text, rules, kind }: SequenceStep, room: number, { paint }: Look): string[] {
  const lines = wrapWords(text, room).map(kind === 'crash' ? paint.bad : paint.strong)
  const ids = rules.join(' ')
  const last = lines.length - 1
  if (ids !== '' && text.length + ids.length + 2 <= room) lines[last] += `  ${paint.rule(ids)}`
  else if (ids !== '') lines.push(...wrapWords(ids, room).map(paint.rule))
  return lines
}
