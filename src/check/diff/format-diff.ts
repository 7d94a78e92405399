/** Two versions of a spec side by side, for the terminal: `+` is new, `-` is gone, `~` is another. */
import { formatTransition } from '../../diagram/label.js'
import type { ChartTransition } from '../../diagram/chart.js'
import { wrapWords } from '../../text/wrap-lines.js'
import type { Look, Paint } from '../../text/paint.js'
import type {
  FieldChange,
  MachineDiff,
  ReplacedFunction,
  StateDiff,
  TransitionDiff,
} from './compare-machines.js'
import type { RuleDiff } from './rule-diff.js'
import type { Version } from './spec-version.js'

export function formatDiff(
  before: Version,
  after: Version,
  machines: readonly MachineDiff[],
  rules: readonly RuleDiff[],
  look: Look,
): string {
  const { paint } = look
  const changed = machines.filter(({ kind }) => kind !== 'same')
  const head = [before, after].map(
    ({ name, about }, at) => `${at === 0 ? '-' : '+'} ${paint.strong(name)}  ${paint.faint(about)}`,
  )
  const forbidden = [before, after].flatMap(({ variant }) => variant?.forbidden ?? [])
  const lines = [
    ...head,
    ...(forbidden.length > 0 ? [`  breaks ${forbidden.map(paint.rule).join(' ')}`] : []),
    '',
    ...changed.flatMap((machine) => [...machineLines(machine, look), '']),
    ...(rules.length > 0
      ? [paint.strong('rules'), ...rules.flatMap((rule) => ruleLines(rule, look)), '']
      : []),
    ...(changed.length === 0 && rules.length === 0 ? ['nothing differs', ''] : []),
  ]
  return lines.join('\n')
}

function machineLines({ id, kind, states, functions }: MachineDiff, look: Look): string[] {
  const { paint } = look
  if (kind === 'added') return [paint.good(`+ machine ${id} (${states.length - 1} states)`)]
  if (kind === 'removed') return [paint.bad(`- machine ${id} (${states.length - 1} states)`)]
  return [
    paint.strong(`machine ${id}`),
    ...states.flatMap((state) => stateLines(state, look)),
    ...functions.flatMap((replaced) => functionLines(replaced, look)),
  ]
}

function stateLines({ path, kind, fields, transitions }: StateDiff, { paint }: Look): string[] {
  const name = path === '' ? 'the machine' : path
  const own = {
    same: [],
    added: [paint.good(`  + state ${name}`)],
    removed: [paint.bad(`  - state ${name}`)],
    changed: [paint.old(`  ~ state ${name}`), ...fields.map((field) => fieldLine(field, paint))],
  }[kind]
  return [...own, ...transitions.flatMap((diff) => transitionLines(diff, paint))]
}

function transitionLines(diff: TransitionDiff, paint: Paint): string[] {
  switch (diff.kind) {
    case 'same':
      return []
    case 'added':
      return [paint.good(`  + ${formatWholeTransition(diff.transition)}`)]
    case 'removed':
      return [paint.bad(`  - ${formatWholeTransition(diff.transition)}`)]
    case 'changed':
      return [
        paint.old(`  ~ ${formatWholeTransition(diff.after)}`),
        ...diff.fields.map((field) => fieldLine(field, paint)),
      ]
  }
}

/** A transition with where it starts and ends. */
export function formatWholeTransition(transition: ChartTransition): string {
  const { source, target } = transition
  const to = target === undefined ? '' : ` -> ${target}`
  return `${source === '' ? 'any state' : source}: ${formatTransition(transition)}${to}`
}

function fieldLine({ field, before, after }: FieldChange, paint: Paint): string {
  return `      ${field.padEnd(8)} ${paint.bad(before)} -> ${paint.good(after)}`
}

function functionLines({ kind, name, before, after }: ReplacedFunction, { paint }: Look): string[] {
  const block = (mark: string, text: string) =>
    outdented(text).map((line, at) => `      ${at === 0 ? mark : ' '} ${line}`)
  return [
    paint.old(`  ~ ${kind} ${name}: implementation replaced`),
    ...block('-', before).map(paint.bad),
    ...block('+', after).map(paint.good),
  ]
}

/** Source text without the indentation of where it stood. */
function outdented(text: string): string[] {
  const [first = '', ...rest] = text.split('\n')
  const depth = Math.min(
    ...rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  )
  return [first, ...rest.map((line) => line.slice(Number.isFinite(depth) ? depth : 0))]
}

function ruleLines({ id, kind, text }: RuleDiff, { paint, width }: Look): string[] {
  const said = {
    added: [paint.good('+'), ''],
    removed: [paint.bad('-'), ''],
    changed: [paint.old('~'), 'reads: '],
    named: [paint.good('+'), 'a machine names it now: '],
    unnamed: [paint.bad('-'), 'no machine names it any more: '],
  }[kind]
  const [first = '', ...rest] = wrapWords(`${said[1]}${text}`, width - id.length - 6)
  return [`  ${said[0]} ${paint.rule(id)}  ${first}`, ...rest.map((line) => ' '.repeat(id.length + 6) + line)]
}
