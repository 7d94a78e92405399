/** A run's progress: one line that is written over on a terminal, and a line now and then where it is kept. */
import type { Progress } from '../engine/check-result.js'
import { amount, bytes } from '../../text/format-numbers.js'
import { cutTo } from '../../text/wrap-lines.js'

/** `1,234,567 states, 456,789 distinct, 12,345 queued, depth 23, 210,000/s, 812 MiB, about 30,000 to come`. */
export function formatProgress({
  generated,
  distinct,
  queue,
  depth,
  ratePerSecond,
  memoryBytes,
  left,
}: Progress): string {
  return [
    `${amount(generated)} states`,
    `${amount(distinct)} distinct`,
    `${amount(queue)} queued`,
    `depth ${depth}`,
    `${amount(Math.round(ratePerSecond))}/s`,
    bytes(memoryBytes),
    ...(left === null ? [] : [`about ${amount(left)} to come`]),
  ].join(', ')
}

/** Where progress is written to. */
export interface ProgressSink {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressLine {
  show(progress: Progress): void
  /** Takes the line away, before something else is printed. */
  clear(): void
}

/** Milliseconds between two lines where they are kept. */
const seldom = 10_000

/** Shows progress; `name` is what is checked. */
export function progressLine(name: string, sink: ProgressSink, now: () => number): ProgressLine {
  const terminal = sink.isTTY === true
  let last = now()
  let shown = false
  return {
    show(progress) {
      const text = `${name}: ${formatProgress(progress)}`
      if (terminal) {
        sink.write(`\r\u001b[2K${cutTo(text, (sink.columns ?? 80) - 1)}`)
        shown = true
      } else if (now() - last >= seldom) {
        last = now()
        sink.write(`${text}\n`)
      }
    },
    clear() {
      if (shown) sink.write('\r\u001b[2K')
      shown = false
    },
  }
}
