/** A thread of a run: makes the space that the main thread named, and answers for its worker, or takes walks. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, PoolWorkerStart, Question } from './worker-pool.js'
import { thisThread } from './memory.js'
import { makeSpace } from './make-space.js'
import { ExplorerWorker } from '../../check/engine/worker.js'
import { takeWalks, type WalkStart } from './walk-space.js'

const port = parentPort
if (port !== null) await main(workerData as PoolWorkerStart | WalkStart)

async function main(start: PoolWorkerStart | WalkStart): Promise<void> {
  if (start.task === 'explore') return answerFor(start)
  const space = await makeSpace(start.source)
  port!.postMessage(await takeWalks(space, start))
}

function answerFor({ source, table, options, shared, number }: PoolWorkerStart): void {
  const making = makeSpace(source).then(
    (space) => new ExplorerWorker(space, table, options, shared, number, thisThread),
  )
  // A failure is the answer to the first question.
  making.catch(() => {})
  port!.on('message', (question: Question) => {
    void making
      .then((worker) => answer(worker, question))
      .catch((error: unknown): Answer => ({ error: plainError(error) }))
      .then((answer) => port!.postMessage(answer))
  })
}

function answer(worker: ExplorerWorker, question: Question): Answer {
  const method = worker[question.ask] as (...args: readonly unknown[]) => unknown
  return { value: method.apply(worker, [...question.with]) }
}

function plainError(error: unknown) {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return { name, message, stack }
}
