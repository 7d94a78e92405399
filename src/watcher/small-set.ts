/**
 * A set that is usually small: one value as itself, some in an array, many in a Set. A Set of its own for ten values would
 * take three times their memory, and a server has one for each connection that watches.
 */

/** Some values, each once; undefined when there are none. Not for values that are arrays or Sets. */
export type SmallSet<T extends string | number> = T | T[] | Set<T> | undefined

/** Values up to which an array is looked through. */
const arrayLimit = 16

/** The same with a value more. May change what it is given. */
export function withValue<T extends string | number>(few: SmallSet<T>, value: T): SmallSet<T> {
  if (few === undefined) return value
  if (few instanceof Set) return few.add(value)
  if (hasValue(few, value)) return few
  if (!Array.isArray(few)) return [few, value]
  if (few.length === arrayLimit) return new Set(few).add(value)
  few.push(value)
  return few
}

/** The same without a value. May change what it is given. */
export function withoutValue<T extends string | number>(few: SmallSet<T>, value: T): SmallSet<T> {
  if (few instanceof Set) {
    few.delete(value)
    return few.size === 0 ? undefined : few
  }
  if (!Array.isArray(few)) return few === value ? undefined : few
  const at = few.indexOf(value)
  if (at < 0) return few
  few[at] = few[few.length - 1]!
  few.length--
  return few.length === 1 ? few[0] : few
}

/** Whether a value is there. */
export function hasValue<T extends string | number>(few: SmallSet<T>, value: T): boolean {
  if (few instanceof Set) return few.has(value)
  return Array.isArray(few) ? few.includes(value) : few === value
}

/** The value as it stands there: of equal strings the one that came first; itself if it isn't found at a glance. */
export function asKnown<T extends string | number>(few: SmallSet<T>, value: T): T {
  if (few instanceof Set) return value
  return (Array.isArray(few) ? few.find((each) => each === value) : few === value ? few : undefined) ?? value
}

/** Any one value. */
export function anyOf<T extends string | number>(few: SmallSet<T>): T | undefined {
  if (few instanceof Set) return few.values().next().value
  return Array.isArray(few) ? few[0] : few
}

/** All values, in no order of theirs: a list that what follows doesn't change. */
export function valuesOf<T extends string | number>(few: SmallSet<T>): T[] {
  if (few === undefined) return []
  return few instanceof Set || Array.isArray(few) ? [...few] : [few]
}

/** How many values there are. */
export function countOf<T extends string | number>(few: SmallSet<T>): number {
  if (few === undefined) return 0
  if (few instanceof Set) return few.size
  return Array.isArray(few) ? few.length : 1
}
