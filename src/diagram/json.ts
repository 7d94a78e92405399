/** Writes a machine's definition as JSON, the form that Stately's editor imports: guards and actions by their names. */
import type { AnyStateMachine } from 'xstate'
import { actionName, guardName } from './chart.js'

/** The definition, without its context: an implementation's context is an object with methods. */
export function jsonOf(machine: AnyStateMachine): string {
  const plain = plainFields(machine.config)
  return `${JSON.stringify({ ...plain, context: undefined, id: machine.id }, null, 2)}\n`
}

function plainOf(value: unknown, key: string): unknown {
  if (key === 'guard') return isNamed(value) ? plainFields(value) : guardName(value)
  if (key === 'actions' || key === 'entry' || key === 'exit') {
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    return list.map((action) => (isNamed(action) ? plainFields(action) : actionName(action)))
  }
  if (typeof value === 'function') return actionName(value)
  if (Array.isArray(value)) return value.map((each) => plainOf(each, ''))
  return typeof value === 'object' && value !== null ? plainFields(value) : value
}

function plainFields(value: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plainOf(field, key)]))
}

function isNamed(value: unknown): value is { type: string } {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}
