/** Who explores: a station in this thread, or one in each of several threads, behind the same few questions. */
import { Worker } from 'node:worker_threads'
import { getHeapStatistics } from 'node:v8'
import type { ExplorerOptions, Queue, Report } from '../../check/explorer.js'
import type { Parcel } from '../../check/parcel.js'
import type { Shared } from '../../check/shared.js'
import type { SpaceSource } from '../../check/space.js'
import type { Station } from '../../check/station.js'
import type { Visited } from '../../check/visited.js'

/** One thread's station, as the run sees it. */
export interface Member {
  seed(): Promise<Report>
  /** Goes on with the level until it is done or something else is, or so many milliseconds have passed. */
  explore(milliseconds: number): Promise<Report>
  advance(): Promise<number>
  regrow(visited: Visited, moved: Int32Array): Promise<void>
  give(count: number, to: number): Promise<Parcel>
  copy(which: Queue): Promise<Parcel>
  receive(parcel: Parcel, from: number): Promise<void>
  restore(parcel: Parcel, which: Queue): Promise<void>
  edges(): Promise<readonly Int32Array[]>
  takeEdges(words: readonly Int32Array[]): Promise<void>
  end(): Promise<void>
}

/** What a thread of a crew is started with. */
export interface MemberStart {
  readonly task: 'explore'
  readonly source: SpaceSource
  readonly table: ArrayBufferLike
  readonly options: ExplorerOptions
  readonly shared: Shared
  readonly member: number
}

/** A question to a station in another thread, and its answer. */
export type Question = { readonly ask: keyof Station; readonly with: readonly unknown[] }
export type Answer =
  | { readonly value: unknown }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack: string } }

/** Milliseconds that the explorer of this thread runs before it lets signals and timers in. */
const turn = 25

/** The only member of a run in this thread. */
export function localMember(station: Station): Member {
  let turnEnds = performance.now() + turn
  return {
    seed: async () => station.seed(),
    async explore(milliseconds) {
      const deadline = performance.now() + milliseconds
      const findings: Report['findings'][number][] = []
      for (;;) {
        const report = station.explore(turn)
        findings.push(...report.findings)
        if (performance.now() > turnEnds) {
          await new Promise<void>((resolve) => setImmediate(resolve))
          turnEnds = performance.now() + turn
        }
        if (report.status !== 'paused' || performance.now() > deadline) return { ...report, findings }
      }
    },
    advance: async () => station.advance(),
    regrow: async (visited, moved) => station.regrow(visited.buffer, moved),
    give: async (count, to) => station.give(count, to),
    copy: async (which) => station.copy(which),
    receive: async (parcel, from) => station.receive(parcel, from),
    restore: async (parcel, which) => station.restore(parcel, which),
    edges: async () => station.edges(),
    takeEdges: async (words) => station.takeEdges(words),
    end: async () => {},
  }
}

/** A member in a thread of its own. */
export function remoteMember(start: MemberStart): Member {
  const ask = asker(startThread(start))
  return {
    seed: () => ask('seed', []) as Promise<Report>,
    explore: (milliseconds) => ask('explore', [milliseconds]) as Promise<Report>,
    advance: () => ask('advance', []) as Promise<number>,
    regrow: (visited, moved) => ask('regrow', [visited.buffer, moved]) as Promise<void>,
    give: (count, to) => ask('give', [count, to]) as Promise<Parcel>,
    copy: (which) => ask('copy', [which]) as Promise<Parcel>,
    receive: (parcel, from) => ask('receive', [parcel, from]) as Promise<void>,
    restore: (parcel, which) => ask('restore', [parcel, which]) as Promise<void>,
    edges: () => ask('edges', []) as Promise<readonly Int32Array[]>,
    takeEdges: (words) => ask('takeEdges', [words]) as Promise<void>,
    end: async () => void (await ask.thread.terminate()),
  }
}

/** Starts a thread that may take as much heap as this one. */
export function startThread(workerData: unknown): Worker {
  const maxOldGenerationSizeMb = Math.floor(getHeapStatistics().heap_size_limit / 2 ** 20)
  return new Worker(new URL('./worker.js', import.meta.url), {
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
