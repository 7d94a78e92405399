/** Where a verb writes, and how: the terminal's width and colours, or a test's list. */
import { paintFor, type Look } from '../text/paint.js'
import type { ProgressSink } from '../check/report/progress-line.js'

export interface Output {
  /** What was asked for. */
  write(text: string): void
  /** Progress, and what is said beside. */
  readonly aside: ProgressSink
  readonly look: Look
}

/** This process's. */
export function terminal(): Output {
  return {
    write: (text) => void process.stdout.write(text),
    aside: process.stderr,
    look: {
      width: Math.max(40, Math.min(process.stdout.columns ?? 100, 160)),
      paint: paintFor(process.stdout, process.env),
    },
  }
}
