/** The text of a guard or an action, so that two can be told apart: a definition names them, and `provide` changes them. */

/** Source text; of xstate's own actions, which all read alike, what they were made of. */
export function sourceOf(value: unknown): string {
  if (typeof value === 'function') {
    const made = Object.entries(value).filter(
      ([key]) => key !== 'type' && key !== 'resolve' && key !== 'check',
    )
    const kind = 'type' in value ? String(value.type) : ''
    if (kind.startsWith('xstate.'))
      return `${kind.slice('xstate.'.length)}(${made.map(([, part]) => sourceOf(part)).join(', ')})`
    const own = Function.prototype.toString.call(value)
    return made.length === 0 ? own : `${own} of ${made.map(([, part]) => sourceOf(part)).join(', ')}`
  }
  if (Array.isArray(value)) return `[${value.map(sourceOf).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, part]) => `${key}: ${sourceOf(part)}`)
    return `{ ${fields.join(', ')} }`
  }
  return typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value))
}

/** Whether two texts are the same but for spaces: one may be printed by a compiler. */
export function sameSource(a: string, b: string): boolean {
  const bare = (text: string) => text.replace(/[\s;]+/g, '').replace(/,(?=[)\]}])/g, '')
  return bare(a) === bare(b)
}
