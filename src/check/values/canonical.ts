/** Plain data as one text: JSON with sorted keys. Two values are the same when their texts are. */

/**
 * The canonical text of plain data. Keys whose value is undefined count as absent.
 * Throws a TypeError for what is not plain data (functions, Maps, NaN, ...), naming it.
 */
export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) break
      return Object.is(value, -0) ? '0' : String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? 'null' : ofObject(value)
    default:
      break
  }
  throw notPlain(value)
}

function ofObject(value: object): string {
  if (Array.isArray(value)) return ofArray(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw notPlain(value)
  const fields = value as Readonly<Record<string, unknown>>
  let text = '{'
  for (const key of Object.keys(fields).sort()) {
    const field = fields[key]
    if (field === undefined) continue
    text += `${text === '{' ? '' : ','}${JSON.stringify(key)}:${canonical(field)}`
  }
  return `${text}}`
}

function ofArray(items: readonly unknown[]): string {
  let text = '['
  for (let at = 0; at < items.length; at++) text += (at === 0 ? '' : ',') + canonical(items[at])
  return `${text}]`
}

function notPlain(value: unknown): TypeError {
  const found = typeof value === 'object' && value !== null ? value.constructor.name : String(value)
  return new TypeError(`a state, message or action holds ${found}, which is not plain data`)
}

/** What a plain value calls itself: its `type` or `kind`, a string itself, or else `other`. Groups actions for swarms. */
export function kindOf(value: unknown, other: string): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return other
  const { type, kind } = value as { readonly type?: unknown; readonly kind?: unknown }
  if (typeof type === 'string') return type
  return typeof kind === 'string' ? kind : other
}
