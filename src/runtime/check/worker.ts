/** A thread of a run: makes the space that the main thread named, and answers for its station, or takes walks. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, MemberStart, Question } from './crew.js'
import { thisThread } from './memory.js'
import { makeSpace } from './make-space.js'
import { Station } from '../../check/station.js'
import { takeWalks, type WalkStart } from './walk.js'

const port = parentPort
if (port !== null) await main(workerData as MemberStart | WalkStart)

async function main(start: MemberStart | WalkStart): Promise<void> {
  if (start.task === 'explore') return answerFor(start)
  const space = await makeSpace(start.source)
  port!.postMessage(await takeWalks(space, start))
}

function answerFor({ source, table, options, shared, member }: MemberStart): void {
  const making = makeSpace(source).then(
    (space) => new Station(space, table, options, shared, member, thisThread),
  )
  // A failure is the answer to the first question.
  making.catch(() => {})
  port!.on('message', (question: Question) => {
    void making
      .then((station) => answer(station, question))
      .catch((error: unknown): Answer => ({ error: plainError(error) }))
      .then((answer) => port!.postMessage(answer))
  })
}

function answer(station: Station, question: Question): Answer {
  const method = station[question.ask] as (...args: readonly unknown[]) => unknown
  return { value: method.apply(station, [...question.with]) }
}

function plainError(error: unknown) {
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  return { name, message, stack }
}
