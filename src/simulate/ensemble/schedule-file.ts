/** A schedule as a file: JSON, one fault a line, so that people can read and change it. */
import type { Fault, Schedule, Timed } from './fault.js'

/** A schedule file that can't be used: what is wrong, and where. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError'
}

/** What each kind of fault has besides its type: `sid` is a server's number, the others are numbers in a range. */
const fields: Readonly<Record<Fault['type'], Readonly<Record<string, Field>>>> = {
  crash: { sid: 'sid', kind: ['kill', 'ordered', 'scattered'], for: 'time' },
  powerLoss: { kind: ['ordered', 'scattered'], for: 'time' },
  crashAtDisk: { sid: 'sid', operation: 'count', for: 'time' },
  wipe: { sid: 'sid', for: 'time' },
  cut: { from: 'sid', to: 'sid', for: 'time' },
  isolate: { sid: 'sid', for: 'time' },
  split: { side: 'sids', for: 'time' },
  reset: { a: 'sid', b: 'sid' },
  slowNetwork: { most: 'count', for: 'time' },
  slowDisk: { sid: 'sid', factor: 'count', for: 'time' },
  fullDisk: { sid: 'sid', for: 'time' },
  setClock: { sid: 'sid', ahead: 'number' },
  clockRate: { sid: 'sid', rate: 'rate', for: 'time' },
  loseClient: { client: 'place' },
}

type Field = 'sid' | 'sids' | 'time' | 'count' | 'place' | 'number' | 'rate' | readonly string[]

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

export function scheduleText({ faults, ...rest }: Schedule): string {
  const head = JSON.stringify(rest, null, 2).slice(0, -2)
  const lines = faults.map((timed) => `    ${JSON.stringify(timed)}`)
  return `${head},\n  "faults": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`
}

/** @throws ScheduleError */
export function readSchedule(text: string): Schedule {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new ScheduleError(`it is not JSON: ${(error as Error).message}`)
  }
  const given = record(value, 'the file')
  const number = (key: string, least: number) => {
    const found = given[key]
    if (isWhole(found) && found >= least) return found
    throw new ScheduleError(
      `"${key}" is ${JSON.stringify(found)}; expected a whole number of ${least} or more`,
    )
  }
  const size = {
    seed: number('seed', 0),
    servers: number('servers', 1),
    observers: number('observers', 0),
    clients: number('clients', 1),
    duration: number('duration', 1),
  }
  const { faults } = given
  if (!Array.isArray(faults)) throw new ScheduleError('"faults" is missing; expected a list')
  return { ...size, faults: faults.map((fault, at) => readTimed(fault, `faults[${at}]`, size)) }
}

function readTimed(value: unknown, place: string, size: Omit<Schedule, 'faults'>): Timed {
  const { at, fault } = record(value, place)
  if (!isWhole(at) || at < 0)
    throw new ScheduleError(`${place}.at is ${JSON.stringify(at)}; expected milliseconds of 0 or more`)
  const given = record(fault, `${place}.fault`)
  const known = fields[given['type'] as Fault['type']]
  if (known === undefined)
    throw new ScheduleError(
      `${place}.fault.type is ${JSON.stringify(given['type'])}; expected one of ${Object.keys(fields).join(', ')}`,
    )
  for (const [name, field] of Object.entries(known)) {
    const wrong = problemOf(field, given[name], size)
    if (wrong !== undefined)
      throw new ScheduleError(`${place}.fault.${name} is ${JSON.stringify(given[name])}; expected ${wrong}`)
  }
  const other = Object.keys(given).find((name) => name !== 'type' && !(name in known))
  if (other !== undefined)
    throw new ScheduleError(`${place}.fault.${other} is nothing that ${String(given['type'])} has`)
  if (given['type'] === 'wipe' && (given['sid'] as number) <= size.servers)
    throw new ScheduleError(
      `${place}: server ${String(given['sid'])} votes; only an observer's disk may be lost (it may hold the only copy of a vote)`,
    )
  return { at, fault: given as unknown as Fault }
}

/** What is expected instead; undefined where nothing is wrong. */
function problemOf(field: Field, value: unknown, { servers, observers }: Omit<Schedule, 'faults'>) {
  const all = servers + observers
  const isSid = (of: unknown) => isWhole(of) && of >= 1 && of <= all
  switch (field) {
    case 'sid':
      return isSid(value) ? undefined : `a server, 1 to ${all}`
    case 'sids':
      return Array.isArray(value) && value.every(isSid) ? undefined : `a list of servers, 1 to ${all}`
    case 'time':
      return isWhole(value) && value >= 0 ? undefined : 'milliseconds of 0 or more'
    case 'count':
      return isWhole(value) && value >= 1 ? undefined : 'a whole number of 1 or more'
    case 'place':
      return isWhole(value) && value >= 0 ? undefined : 'a whole number of 0 or more'
    case 'number':
      return isWhole(value) ? undefined : 'a whole number'
    case 'rate':
      return typeof value === 'number' && value >= 0.5 && value <= 2 ? undefined : 'a number from 0.5 to 2'
    default:
      return field.includes(String(value)) ? undefined : `one of ${field.join(', ')}`
  }
}

function record(value: unknown, place: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new ScheduleError(`${place} is ${JSON.stringify(value)}; expected an object`)
}
