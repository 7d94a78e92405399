/** Between levels, members with many states that wait give some to those with few. */
import type { Member } from './crew.js'

/** Less than this many states more than the mean are not worth the trip, nor is less than this part of the mean. */
const leastSurplus = 500
const leastPart = 0.02

/** A gift of states. */
export interface Gift {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** Makes the numbers of states that wait about the same. */
export async function balance(members: readonly Member[], sizes: readonly number[]): Promise<void> {
  for (const { from, to, count } of gifts(sizes)) {
    const parcel = await members[from]!.give(count, to)
    await members[to]!.receive(parcel, from)
  }
}

/** The gifts that make sizes about equal: each from one above the mean to one below. */
export function gifts(sizes: readonly number[]): Gift[] {
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
  const surplus = sizes.map((size) => Math.round(size - mean))
  const worth = Math.max(leastSurplus, mean * leastPart)
  if (Math.max(...surplus) < worth) return []
  const found: Gift[] = []
  for (;;) {
    const from = surplus.indexOf(Math.max(...surplus))
    const to = surplus.indexOf(Math.min(...surplus))
    const count = Math.min(surplus[from]!, -surplus[to]!)
    if (count <= 0) return found
    found.push({ from, to, count })
    surplus[from]! -= count
    surplus[to]! += count
  }
}
