/** What the threads of a run share beside the table: a flag to stop, and counters. */

/** Memory that all threads see. */
export interface SharedCounters {
  /** One flag: not 0 when everybody must stop. */
  readonly stop: Int32Array
  /** Counters, {@link counterAt} says where. Each has one writer. */
  readonly counts: Float64Array
}

/** States generated, and distinct ones found. */
export type Counter = 0 | 1

/** Counters of different threads lie apart, so that no two processors fight for a cache line. */
const apart = 16

/** Memory for so many threads. */
export function makeSharedCounters(threads: number): SharedCounters {
  return {
    stop: new Int32Array(new SharedArrayBuffer(4)),
    counts: new Float64Array(new SharedArrayBuffer(8 * apart * threads)),
  }
}

/** The index of a thread's counter. */
export function counterAt(thread: number, counter: Counter): number {
  return thread * apart + counter
}

/** The sum of a counter over all threads. */
export function total({ counts }: SharedCounters, counter: Counter): number {
  let sum = 0
  for (let at: number = counter; at < counts.length; at += apart) sum += counts[at]!
  return sum
}

/** How many threads share it. */
export function threads({ counts }: SharedCounters): number {
  return counts.length / apart
}

/** Tells all threads to stop. */
export function stopAll({ stop }: SharedCounters): void {
  Atomics.store(stop, 0, 1)
}
