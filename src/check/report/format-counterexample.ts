/** A counterexample for the terminal: numbered steps in the spec's words, what each changed, and what is broken at the end. */
import type { Counterexample, ModelRequest, PathStep, Violation } from '../model/counterexample.js'
import { changedPart } from '../../text/changed-part.js'
import { padTo, widthOf, wrapWords } from '../../text/wrap-lines.js'
import type { Look } from '../../text/paint.js'

/** The whole of it. */
export function formatCounterexample(counterexample: Counterexample, look: Look): string {
  const { request, steps, start, violation } = counterexample
  const { paint } = look
  const lines = [
    paint.strong(`${steps.length === 1 ? '1 step' : `${steps.length} steps`} that break ${violation.rule}`) +
      `  ${paint.faint(formatRequest(request))}`,
    '',
    paint.strong('start'),
    ...formatValues(start, look),
    '',
    ...steps.flatMap((step, at) => formatStep(step, at + 1, look)),
    '',
    ...formatViolation(violation, steps.length, look),
  ]
  return `${lines.join('\n')}\n`
}

/** One step: number, text, rules; below it what changed. */
export function formatStep(step: PathStep, number: number, { width, paint }: Look): string[] {
  const indent = '     '
  const lead = `${String(number).padStart(3)}  `
  const rules = step.rules.join(' ')
  const words = wrapWords(step.text, width - indent.length)
  const lines = words.map((line, at) => (at === 0 ? paint.faint(lead) : indent) + paint.strong(line))
  if (rules !== '') {
    const last = lines.length - 1
    const room = width - widthOf(lines[last] ?? '') - rules.length
    if (room >= 2) lines[last] += ' '.repeat(Math.min(2, room)) + paint.rule(rules)
    else lines.push(...wrapWords(rules, width - indent.length).map((line) => indent + paint.rule(line)))
  }
  return [...lines, ...formatChanges(step, indent.length + 2, { width, paint })]
}

/** What a step changed: `before -> after`, on two lines where one is too narrow. */
export function formatChanges({ changes }: PathStep, indent: number, { width, paint }: Look): string[] {
  const column = Math.min(24, Math.max(0, ...changes.map(({ what }) => what.length)))
  const margin = ' '.repeat(indent)
  return changes.flatMap((change) => {
    const { before, after } = changedPart(change)
    const lead = `${margin}${padTo(change.what, column)}  `
    const room = width - widthOf(lead)
    if (before.length + after.length + 4 <= room)
      return [`${lead}${paint.old(before)} -> ${paint.good(after)}`]
    const under = ' '.repeat(Math.min(widthOf(lead), Math.floor(width / 2)))
    const inner = width - under.length - 3
    const [first = '', ...rest] = wrapWords(before, inner)
    const [then = '', ...more] = wrapWords(after, inner)
    return [
      `${lead}   ${paint.old(first)}`,
      ...rest.map((line) => `${under}   ${paint.old(line)}`),
      `${under}-> ${paint.good(then)}`,
      ...more.map((line) => `${under}   ${paint.good(line)}`),
    ]
  })
}

/** What is broken, after which step, by which values. */
export function formatViolation(violation: Violation, step: number, { width, paint }: Look): string[] {
  const what = { invariant: 'broken', deadlock: 'stuck', goal: 'out of reach' }[violation.kind]
  const when = step === 0 ? 'at the start' : `after step ${step}`
  const head = `${what} ${when}:`
  const [first = '', ...rest] = wrapWords(`${violation.rule} ${violation.name}`, width - head.length - 1)
  return [
    `${paint.bad(head)} ${first.replace(violation.rule, paint.rule)}`,
    ...rest.map((line) => ' '.repeat(head.length + 1) + line),
    ...wrapWords(violation.found, width - 2).map((line) => `  ${line}`),
  ]
}

/** What was asked for, on one line: `ensemble, servers 3, crashes 1, variant ./late.ts`. */
export function formatRequest({ model, bounds, variant }: ModelRequest): string {
  const told = Object.entries(bounds).map(([name, bound]) =>
    bound === true ? name : bound === false ? `no ${name}` : `${name} ${bound}`,
  )
  return [model, ...told, ...(variant === undefined ? [] : [`variant ${variant}`])].join(', ')
}

function formatValues(values: Readonly<Record<string, string>>, { width }: Look): string[] {
  const column = Math.min(24, Math.max(0, ...Object.keys(values).map((name) => name.length)))
  return Object.entries(values).flatMap(([name, value]) => {
    const lead = `  ${padTo(name, column)}  `
    const [first = '', ...rest] = wrapWords(value, width - widthOf(lead))
    return [`${lead}${first}`, ...rest.map((line) => ' '.repeat(column + 4) + line)]
  })
}
