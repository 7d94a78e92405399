/**
 * Reads a variant's file and holds it against the spec before anything is explored: its shape, the rules that it names,
 * and each of its changes applied once to the machine that it is for. Works in worker threads as on the main one.
 */
import { StateMachine, type AnyStateMachine } from 'xstate'
import { type Change, type Variant, VariantError } from '../../../spec/variants/variant.js'
import { rules } from '../../conform/rule-texts.js'
import { didYouMean, InputError } from '../../check/model/input-error.js'
import { importFile } from './source-file.js'
import { specMachines } from '../../check/variants/spec-machines.js'

/** The variant that a file exports as `variant`. Throws an {@link InputError} that says what is wrong with it. */
export async function loadVariant(
  path: string,
  machines: readonly AnyStateMachine[] = specMachines,
): Promise<Variant> {
  const exported = await importFile(path, 'variant')
  if (!Object.hasOwn(exported, 'variant')) {
    const names = Object.keys(exported)
    throw new InputError(
      `${path}: it exports no variant; write export const variant = defineVariant({ … })` +
        (names.length === 0 ? '' : ` (it exports ${names.join(', ')})`),
    )
  }
  const variant = readVariant(exported['variant'], path)
  for (const [id, change] of Object.entries(variant.machines)) tryChange(id, change, machines, path)
  for (const rule of variant.forbidden) {
    const known = [...rules().keys()]
    if (!known.includes(rule))
      throw new InputError(
        `${path}: forbidden names ${rule}, which is no rule of the spec${didYouMean(rule, known)}`,
      )
  }
  return variant
}

/** Checks a value's shape, field by field. */
function readVariant(value: unknown, path: string): Variant {
  const wrong = (field: string, expected: string, found: unknown): never => {
    throw new InputError(`${path}: ${field} must be ${expected}; it is ${describe(found)}`)
  }
  if (!isRecord(value)) return wrong('variant', 'an object, as defineVariant makes it', value)
  const known = ['id', 'title', 'forbidden', 'bounds', 'machines']
  for (const key of Object.keys(value))
    if (!known.includes(key))
      throw new InputError(
        `${path}: a variant has no field ${key}${didYouMean(key, known)} (its fields are ${known.join(', ')})`,
      )
  const { id, title, forbidden, bounds, machines } = value
  if (typeof id !== 'string' || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
    return wrong('id', 'a name in lower case with dashes, such as zookeeper-4643', id)
  if (typeof title !== 'string' || title === '') return wrong('title', 'a line of text', title)
  if (!Array.isArray(forbidden) || !forbidden.every((rule) => typeof rule === 'string'))
    return wrong('forbidden', 'a list of rule ids', forbidden)
  if (!isRecord(bounds)) return wrong('bounds', 'an object, such as { servers: 3 }', bounds)
  for (const [name, bound] of Object.entries(bounds))
    if (!['number', 'boolean', 'string'].includes(typeof bound))
      return wrong(`bounds.${name}`, 'a number, a boolean or a string', bound)
  if (!isRecord(machines)) return wrong('machines', 'an object of changes by machine id', machines)
  for (const [name, change] of Object.entries(machines))
    if (typeof change !== 'function')
      return wrong(`machines.${name}`, 'a function from machine to machine, such as patch({ … })', change)
  return value as unknown as Variant
}

/** Applies a change once, so that what it names wrongly is said now. */
function tryChange(id: string, change: Change, machines: readonly AnyStateMachine[], path: string): void {
  const machine = machines.find((each) => each.id === id)
  if (machine === undefined) {
    const ids = machines.map((each) => each.id)
    throw new InputError(
      `${path}: machines names ${id}, which is no machine of the spec; there are ${ids.join(', ')}${didYouMean(id, ids)}`,
    )
  }
  let made: unknown
  try {
    made = change(machine)
  } catch (error) {
    const hint = error instanceof VariantError ? didYouMean(error.wrong, error.known) : ''
    throw new InputError(`${path}: ${error instanceof Error ? error.message : String(error)}${hint}`, {
      cause: error,
    })
  }
  if (!isMachine(made))
    throw new InputError(`${path}: machines.${id} must return a machine; it returns ${describe(made)}`)
  if (made.id !== id)
    throw new InputError(`${path}: machines.${id} returns a machine with the id ${made.id}; keep the id`)
}

// A file that brings an xstate of its own makes machines of another class.
function isMachine(value: unknown): value is AnyStateMachine {
  return value instanceof StateMachine || (isRecord(value) && 'root' in value && 'implementations' in value)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (typeof value === 'function') return 'a function'
  return JSON.stringify(value) ?? String(value)
}
