/** Between levels, workers with many states that wait give some to those with few. */
import type { PoolWorker } from './pool-worker.js'

/** Less than this many states more than the mean are not worth the trip, nor is less than this part of the mean. */
const leastSurplus = 500
const leastPart = 0.02

/** States that change their worker. */
export interface Transfer {
  readonly from: number
  readonly to: number
  readonly count: number
}

/** Makes the numbers of states that wait about the same. */
export async function balanceWorkers(
  workers: readonly PoolWorker[],
  sizes: readonly number[],
): Promise<void> {
  for (const { from, to, count } of transfersOf(sizes)) {
    const batch = await workers[from]!.give(count, to)
    await workers[to]!.receive(batch, from)
  }
}

/** The transfers that make sizes about equal: each from one above the mean to one below. */
export function transfersOf(sizes: readonly number[]): Transfer[] {
  const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length
  const surplus = sizes.map((size) => Math.round(size - mean))
  const worth = Math.max(leastSurplus, mean * leastPart)
  if (Math.max(...surplus) < worth) return []
  const found: Transfer[] = []
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
