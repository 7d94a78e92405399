/** Counterexamples as JSON files, `zoospec-counterexample/1`: written whole, and checked field by field when read. */
import type { Counterexample } from '../model/counterexample.js'
import { InputError } from '../model/input-error.js'

export const format = 'zoospec-counterexample/1'

export function writeJson(counterexample: Counterexample): string {
  return `${JSON.stringify(counterexample, null, 2)}\n`
}

/** Throws an {@link InputError} that names the field that is wrong. */
export function readJson(text: string, file: string): Counterexample {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new InputError(`${file}: ${(error as Error).message}`, { cause: error })
  }
  const wrong = (field: string, expected: string): never => {
    throw new InputError(`${file}: ${field} must be ${expected}`)
  }
  const record = (field: string, found: unknown): Record<string, unknown> =>
    isRecord(found) ? found : wrong(field, 'an object')
  const isText = (field: string, found: unknown) => {
    if (typeof found !== 'string') wrong(field, 'text')
  }
  const list = (field: string, found: unknown): readonly unknown[] =>
    Array.isArray(found) ? found : wrong(field, 'a list')

  const top = record('the file', value)
  if (top['format'] !== format) {
    const found = top['format'] === undefined ? 'it has none' : `it is ${JSON.stringify(top['format'])}`
    wrong('format', `"${format}" (${found})`)
  }
  const request = record('request', top['request'])
  isText('request.model', request['model'])
  record('request.bounds', request['bounds'])
  if (request['variant'] !== undefined) isText('request.variant', request['variant'])
  list('processes', top['processes']).forEach((name, at) => isText(`processes[${at}]`, name))
  const violation = record('violation', top['violation'])
  for (const field of ['kind', 'rule', 'name', 'found']) isText(`violation.${field}`, violation[field])
  if (!['invariant', 'deadlock', 'goal'].includes(String(violation['kind'])))
    wrong('violation.kind', 'invariant, deadlock or goal')
  record('start', top['start'])
  list('steps', top['steps']).forEach((found, at) => {
    const step = record(`steps[${at}]`, found)
    if (!('action' in step)) wrong(`steps[${at}].action`, 'given')
    isText(`steps[${at}].text`, step['text'])
    for (const field of ['rules', 'messages', 'changes']) list(`steps[${at}].${field}`, step[field])
  })
  return value as Counterexample
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
