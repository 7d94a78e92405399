/**
 * Of a value's two texts, the part that differs. A process is shown as one line of many fields, and a step changes one or
 * two of them: a reader wants those.
 */

/** Stands for a value that isn't there, wherever values are told to people. */
export const nothing = '(nothing)'

export interface Changed {
  readonly before: string
  readonly after: string
}

/** The fields that differ, when both texts are fields in the same order; else the texts between what they share. */
export function changedPart({ before, after }: Changed): Changed {
  const was = fieldsOf(before)
  const is = fieldsOf(after)
  if (was.length < 2 && is.length < 2) return { before, after }
  if (was.length === is.length) {
    const differ = was.map((field, at) => field !== is[at])
    const named = was.every((field, at) => !differ[at] || sameName(field, is[at] ?? ''))
    if (named) return { before: kept(was, differ), after: kept(is, differ) }
  }
  let start = 0
  while (start < Math.min(was.length, is.length) && was[start] === is[start]) start++
  let end = 0
  while (
    end < Math.min(was.length, is.length) - start &&
    was[was.length - 1 - end] === is[is.length - 1 - end]
  )
    end++
  return { before: between(was, start, end), after: between(is, start, end) }
}

/** Parted by spaces, but not within brackets or quotes. */
function fieldsOf(text: string): string[] {
  const fields: string[] = []
  let depth = 0
  let quoted = false
  let field = ''
  for (const character of text) {
    if (character === '"') quoted = !quoted
    else if (!quoted && '([{<'.includes(character)) depth++
    else if (!quoted && ')]}>'.includes(character)) depth = Math.max(0, depth - 1)
    if (character === ' ' && depth === 0 && !quoted) {
      if (field !== '') fields.push(field)
      field = ''
    } else field += character
  }
  return field === '' ? fields : [...fields, field]
}

function sameName(a: string, b: string): boolean {
  const name = /^[^\s=:([{]+[=:([{]/
  const of = name.exec(a)?.[0]
  return of !== undefined && of === name.exec(b)?.[0]
}

function kept(fields: readonly string[], differ: readonly boolean[]): string {
  return fields.filter((_, at) => differ[at]).join(' ')
}

function between(fields: readonly string[], start: number, end: number): string {
  const middle = fields.slice(start, fields.length - end).join(' ')
  return [start > 0 ? '…' : '', middle === '' ? nothing : middle, end > 0 ? '…' : '']
    .filter((part) => part !== '')
    .join(' ')
}
