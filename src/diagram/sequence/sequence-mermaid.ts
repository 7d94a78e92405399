/** A sequence diagram as Mermaid's sequenceDiagram, which GitHub draws in Markdown pages. */
import type { Sequence, SequenceMessage, SequenceStep } from './sequence.js'

/** The diagram, without the fence around it. Messages stand where they arrive, with the step that sent them. */
export function sequenceMermaid({ lifelines, steps, messages, violation }: Sequence): string {
  const lines = ['sequenceDiagram']
  lifelines.forEach((name, at) => lines.push(`participant p${at} as ${escape(name)}`))
  const all = lifelines.length > 1 ? `p0,p${lifelines.length - 1}` : 'p0'
  for (const step of steps) {
    const ends = messages.filter(({ ends }) => ends === step.number)
    for (const message of ends) lines.push(messageLine(message, step.number))
    lines.push(`Note over ${placeOf(step, all)}: ${escape(formatStep(step))}`)
  }
  for (const { from, to, text, sent } of messages.filter(({ ends }) => ends === undefined))
    lines.push(`p${from}--)p${to}: ${escape(`${text} (under way since ${sent})`)}`)
  if (violation !== null)
    lines.push(`Note over ${all}: ${escape(`✗ ${violation.rule}: ${violation.name}. ${violation.found}`)}`)
  return `${lines.map((line, at) => (at === 0 ? line : `  ${line}`)).join('\n')}\n`
}

function messageLine({ from, to, text, sent, lost }: SequenceMessage, step: number): string {
  const since = sent > 0 && sent < step - 1 ? ` (sent in ${sent})` : ''
  return `p${from}${lost ? '-x' : '->>'}p${to}: ${escape(text + (lost ? ' (lost)' : since))}`
}

function formatStep({ number, text, rules, kind }: SequenceStep): string {
  const mark = kind === 'crash' ? '✗ ' : kind === 'restart' ? '↻ ' : ''
  return `${number}. ${mark}${text}${rules.length === 0 ? '' : ` (${rules.join(', ')})`}`
}

// Mermaid spans a note over two lifelines at most: the outermost.
function placeOf({ at }: SequenceStep, all: string): string {
  if (at.length === 0) return all
  const [low, high] = [Math.min(...at), Math.max(...at)]
  return low === high ? `p${low}` : `p${low},p${high}`
}

function escape(text: string): string {
  return text.replace(/[#;<>&]/g, (character) => `#${character.charCodeAt(0)};`).replace(/\s+/g, ' ')
}
