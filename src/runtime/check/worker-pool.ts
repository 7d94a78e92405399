/** The workers of a run: one in this thread, or one in each of several threads, behind the same few questions. */
import { Worker } from 'node:worker_threads'
import { getHeapStatistics } from 'node:v8'
import type { ExplorerOptions, Report } from '../../check/engine/explorer.js'
import type { PoolWorker } from '../../check/engine/pool-worker.js'
import type { StateBatch } from '../../check/engine/state-batch.js'
import type { SharedCounters } from '../../check/engine/shared-counters.js'
import type { SpaceSource } from '../../check/model/space.js'
import type { ExplorerWorker } from '../../check/engine/worker.js'

/** What a thread of the pool is started with. */
export interface PoolWorkerStart {
  readonly task: 'explore'
  readonly source: SpaceSource
  readonly table: ArrayBufferLike
  readonly options: ExplorerOptions
  readonly shared: SharedCounters
  readonly number: number
}

/** A question to a worker in another thread, and its answer. */
export type Question = { readonly ask: keyof ExplorerWorker; readonly with: readonly unknown[] }
export type Answer =
  | { readonly value: unknown }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack: string } }

/** Milliseconds that the explorer of this thread runs before it lets signals and timers in. */
const turn = 25

/** The only worker of a run, in this thread. */
export function localWorker(worker: ExplorerWorker): PoolWorker {
  let turnEnds = performance.now() + turn
  return {
    seed: async () => worker.seed(),
    async explore(milliseconds) {
      const deadline = performance.now() + milliseconds
      const findings: Report['findings'][number][] = []
      for (;;) {
        const report = worker.explore(turn)
        findings.push(...report.findings)
        if (performance.now() > turnEnds) {
          await new Promise<void>((resolve) => setImmediate(resolve))
          turnEnds = performance.now() + turn
        }
        if (report.status !== 'paused' || performance.now() > deadline) return { ...report, findings }
      }
    },
    advance: async () => worker.advance(),
    regrow: async (visited, moved) => worker.regrow(visited.buffer, moved),
    give: async (count, to) => worker.give(count, to),
    copy: async (which) => worker.copy(which),
    receive: async (batch, from) => worker.receive(batch, from),
    restore: async (batch, which) => worker.restore(batch, which),
    edges: async () => worker.edges(),
    takeEdges: async (words) => worker.takeEdges(words),
    end: async () => {},
  }
}

/** A worker in a thread of its own. */
export function threadWorker(start: PoolWorkerStart): PoolWorker {
  const ask = asker(startThread(start))
  return {
    seed: () => ask('seed', []) as Promise<Report>,
    explore: (milliseconds) => ask('explore', [milliseconds]) as Promise<Report>,
    advance: () => ask('advance', []) as Promise<number>,
    regrow: (visited, moved) => ask('regrow', [visited.buffer, moved]) as Promise<void>,
    give: (count, to) => ask('give', [count, to]) as Promise<StateBatch>,
    copy: (which) => ask('copy', [which]) as Promise<StateBatch>,
    receive: (batch, from) => ask('receive', [batch, from]) as Promise<void>,
    restore: (batch, which) => ask('restore', [batch, which]) as Promise<void>,
    edges: () => ask('edges', []) as Promise<readonly Int32Array[]>,
    takeEdges: (words) => ask('takeEdges', [words]) as Promise<void>,
    end: async () => void (await ask.thread.terminate()),
  }
}

/** Starts a thread that may take as much heap as this one. */
export function startThread(workerData: unknown): Worker {
  const maxOldGenerationSizeMb = Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20)
  return new Worker(new URL('./worker-thread.js', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb },
  })
}

interface Waiting {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** Asks a thread, which answers in the order in which it is asked; when it dies, what waits is rejected. */
function asker(thread: Worker) {
  const waiting: Waiting[] = []
  let dead: Error | null = null
  const die = (error: Error) => {
    dead = error
    for (const { reject } of waiting.splice(0)) reject(error)
  }
  thread.on('message', (answer: Answer) => {
    const { resolve, reject } = waiting.shift()!
    if ('value' in answer) resolve(answer.value)
    else reject(errorOf(answer.error))
  })
  thread.on('error', (error: Error & { readonly code?: string }) =>
    die(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new RangeError('allocation failed in a thread') : error),
  )
  thread.on('exit', () => die(dead ?? new Error('a thread of the run ended')))
  const ask = (method: Question['ask'], args: readonly unknown[]): Promise<unknown> => {
    if (dead !== null) return Promise.reject(dead)
    return new Promise((resolve, reject) => {
      waiting.push({ resolve, reject })
      thread.postMessage({ ask: method, with: args } satisfies Question)
    })
  }
  return Object.assign(ask, { thread })
}

function errorOf({ name, message, stack }: { name: string; message: string; stack: string }): Error {
  const error = name === 'RangeError' ? new RangeError(message) : new Error(message)
  error.stack = stack
  return error
}
