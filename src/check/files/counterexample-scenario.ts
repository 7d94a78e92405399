/**
 * Counterexamples as scenario files: the form of `spec/*` + `/scenarios`, a block a step.
 *
 *     # A first state, and what leads on from it.
 *     model ensemble
 *     bounds servers=3 crashes=1
 *     ----
 *     server 1: LOOKING
 *
 *     server 1 crashes  {"kind":"world","action":{"crash":0}}
 *     ----
 *     by RULE-1
 *     server 1: LOOKING -> down
 *
 *     broken invariant RULE-2: what must hold
 *     ----
 *     the values that break it
 */
import { parseScenario, formatScenario, ScenarioError, type Block } from '../../scenario/scenario-file.js'
import type { Counterexample, ModelRequest, PathStep, Violation } from '../model/counterexample.js'
import { InputError } from '../model/input-error.js'
import { changedPart } from '../../text/changed-part.js'
import { format } from './counterexample-json.js'

export function writeScenario(counterexample: Counterexample): string {
  const { request, processes, violation, start, steps } = counterexample
  const bounds = Object.entries(request.bounds).map(([name, bound]) => `${name}=${String(bound)}`)
  const header = [
    `model ${request.model}`,
    ...(bounds.length === 0 ? [] : [`bounds ${bounds.join(' ')}`]),
    ...(request.variant === undefined ? [] : [`variant ${request.variant}`]),
    ...(processes.length === 0 ? [] : [`processes ${processes.join(', ')}`]),
  ]
  const commands = [
    header,
    ...steps.map(({ text, action }) => [`${oneLine(text)}  ${JSON.stringify(action)}`]),
    [`broken ${violation.kind} ${violation.rule}: ${oneLine(violation.name)}`],
  ]
  const followed = [
    Object.entries(start).map(([what, shown]) => `${what}: ${oneLine(shown)}`),
    ...steps.map(({ rules, changes }) => [
      ...(rules.length === 0 ? [] : [`by ${rules.join(' ')}`]),
      ...changes.map((change) => {
        const { before, after } = changedPart(change)
        return `${change.what}: ${oneLine(before)} -> ${oneLine(after)}`
      }),
    ]),
    [oneLine(violation.found)],
  ]
  const title = `# ${violation.rule}: ${oneLine(violation.name)}: broken in ${steps.length} steps.`
  const blocks = commands.map((lines, at): Block => ({
    above: at === 0 ? [title] : [''],
    commands: lines,
    line: 0,
    recorded: undefined,
  }))
  return formatScenario({ blocks, below: [] }, followed)
}

/** Reads a scenario. Messages are not in it: replaying tells them again. Throws an {@link InputError} with the line. */
export function readScenario(text: string, file: string): Counterexample {
  const wrong = (line: number, message: string): never => {
    throw new InputError(`${file}: line ${line}: ${message}`)
  }
  const [header, ...rest] = blocksOf(text, file)
  if (header === undefined) return wrong(1, 'there is no header; it begins with: model NAME')
  const { request, processes } = readHeader(header, wrong)
  const last = rest.at(-1)
  const violation = last === undefined ? null : readViolation(last)
  if (last === undefined || violation === null)
    return wrong(
      last?.line ?? header.line,
      'the last block must say what is broken: broken invariant RULE: name',
    )
  const steps = rest.slice(0, -1).map((block): PathStep => {
    if (block.commands.length !== 1) wrong(block.line, 'a block is one step')
    const step = readStep(block)
    return (
      step ??
      wrong(block.line, `a step ends with two spaces and its action as JSON; found ${block.commands[0]}`)
    )
  })
  const start = Object.fromEntries((header.recorded ?? []).map(named))
  return { format, request, processes, violation, start, steps }
}

function blocksOf(text: string, file: string): readonly Block[] {
  try {
    return parseScenario(text).blocks
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    throw new InputError(`${file}: ${error.message}`, { cause: error })
  }
}

function readHeader(
  { commands, line }: Block,
  wrong: (line: number, message: string) => never,
): { request: ModelRequest; processes: readonly string[] } {
  const fields = new Map<string, string>()
  commands.forEach((command, at) => {
    const [, name = '', value = ''] = /^(\S+)\s*(.*)$/.exec(command) ?? []
    if (!['model', 'bounds', 'variant', 'processes'].includes(name))
      wrong(line + at, `the header has model, bounds, variant and processes; found ${name}`)
    fields.set(name, value)
  })
  const model = fields.get('model')
  if (model === undefined || model === '') return wrong(line, 'the header names no model')
  const bounds = Object.fromEntries(
    (fields.get('bounds') ?? '')
      .split(/\s+/)
      .filter((each) => each !== '')
      .map((each): [string, number | boolean | string] => {
        const at = each.indexOf('=')
        return at === -1
          ? wrong(line, `a bound is written name=value; found ${each}`)
          : [each.slice(0, at), bound(each.slice(at + 1))]
      }),
  )
  const variant = fields.get('variant')
  const processes = (fields.get('processes') ?? '').split(/,\s*/).filter((name) => name !== '')
  return { request: { model, bounds, ...(variant === undefined ? {} : { variant }) }, processes }
}

function bound(text: string): number | boolean | string {
  if (text === 'true' || text === 'false') return text === 'true'
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

function readStep({ commands, recorded }: Block): PathStep | null {
  const [command = ''] = commands
  // The action is what stands after the first two spaces that are followed by JSON.
  for (let at = command.indexOf('  '); at !== -1; at = command.indexOf('  ', at + 1)) {
    const action = parsed(command.slice(at + 2))
    if (action === undefined) continue
    const lines = recorded ?? []
    const by = lines[0]?.startsWith('by ') === true ? lines[0].slice(3).split(' ') : []
    const changes = lines.slice(by.length > 0 ? 1 : 0).map((line) => {
      const [what, shown] = named(line)
      const arrow = shown.indexOf(' -> ')
      return { what, before: shown.slice(0, arrow), after: shown.slice(arrow + 4) }
    })
    return { action, text: command.slice(0, at), rules: by, messages: [], changes }
  }
  return null
}

function readViolation({ commands, recorded }: Block): Violation | null {
  const [, kind, rule, name] = /^broken (invariant|deadlock|goal) (\S+): (.*)$/.exec(commands[0] ?? '') ?? []
  if (kind === undefined || rule === undefined || name === undefined) return null
  return { kind: kind as Violation['kind'], rule, name, found: (recorded ?? []).join(' ') }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function named(line: string): [what: string, shown: string] {
  const at = line.indexOf(': ')
  return at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 2)]
}

// A line's end would end the line, and an empty one the block.
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
