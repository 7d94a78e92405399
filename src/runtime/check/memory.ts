/** How much memory the process has taken, and how much it may take; and the clock. Asks node and the machine. */
import { totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import type { Thread } from '../../check/engine/explorer.js'

/** The part of this thread's heap that may be taken before a run stops rather than dies. */
const heapFullness = 0.9
/** The part of the machine's memory that a run takes without being told. */
const machineShare = 0.85

let asked = 0
let full = false

/** Whether this thread's heap is nearly full. Looks every so many calls, since looking takes some microseconds. */
function heapIsFull(): boolean {
  if (++asked % 64 !== 0) return full
  const { used_heap_size, heap_size_limit } = getHeapStatistics()
  full = used_heap_size > heap_size_limit * heapFullness
  return full
}

export const thisThread: Thread = { heapIsFull, now: () => performance.now() }

/** Bytes that the process takes. */
export function memoryTaken(): number {
  return process.memoryUsage.rss()
}

/** Bytes that a run may take unless it is told. */
export function memoryLimitOfMachine(): number {
  const constrained = process.constrainedMemory()
  const total = totalmem()
  return machineShare * (constrained > 0 && constrained < total ? constrained : total)
}
