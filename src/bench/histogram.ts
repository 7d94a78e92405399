/**
 * Latencies, counted by the microsecond: exact percentiles without keeping every sample.
 */

/** Microseconds that are told apart; what took longer counts as this. */
const most = 4_000_000

/** Counts latencies. */
export class Histogram {
  readonly counts = new Uint32Array(most + 1)
  total = 0

  /** @param ms a latency in milliseconds */
  add(ms: number): void {
    const us = (ms * 1000) | 0
    const place = us < 0 ? 0 : us > most ? most : us
    this.counts[place] = (this.counts[place] as number) + 1
    this.total++
  }

  /** The counts that aren't 0, to be sent: `[microseconds, count, ...]`. */
  sparse(): number[] {
    const pairs: number[] = []
    for (let us = 0; us <= most; us++) {
      const count = this.counts[us] as number
      if (count > 0) pairs.push(us, count)
    }
    return pairs
  }

  /** Adds what another histogram counted. */
  merge(pairs: readonly number[]): void {
    for (let i = 0; i < pairs.length; i += 2) {
      const us = pairs[i] as number
      const count = pairs[i + 1] as number
      this.counts[us] = (this.counts[us] as number) + count
      this.total += count
    }
  }

  /** The latency in milliseconds that a share (0 to 1) of all stayed within; NaN when nothing was counted. */
  percentile(share: number): number {
    if (this.total === 0) return Number.NaN
    const rank = Math.max(1, Math.ceil(this.total * share))
    let seen = 0
    for (let us = 0; us <= most; us++) {
      seen += this.counts[us] as number
      if (seen >= rank) return us / 1000
    }
    return most / 1000
  }
}

/** The middle value; the mean of the two in the middle of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
