/** A machine that writes twice and then answers, and a check of it: what mutants are made of in tests. */
import { assign, getNextSnapshot, getInitialSnapshot, setup, type AnyStateMachine } from 'xstate'
import type { CheckMutant } from '../../src/check/mutate/run-mutants.js'

interface Disk {
  readonly log: boolean
  readonly epoch: boolean
  readonly acked: boolean
}

export const diskMachine = setup({
  types: { context: {} as Disk, events: {} as { type: 'ASK' } | { type: 'WRITE' } | { type: 'PING' } },
  guards: { isNew: ({ context }) => !context.acked },
  actions: {
    writeLog: assign({ log: true }),
    writeEpoch: assign({ epoch: ({ context }) => context.log }),
    ack: assign({ acked: true }),
    answer: () => undefined,
  },
}).createMachine({
  id: 'disk',
  context: { log: false, epoch: false, acked: false },
  initial: 'idle',
  states: {
    idle: {
      on: {
        ASK: { guard: 'isNew', target: 'logging', meta: { rule: 'DISK-1' } },
        PING: { actions: 'answer', meta: { rule: 'DISK-2' } },
      },
    },
    logging: {
      on: { WRITE: { target: 'writingEpoch', actions: 'writeLog', meta: { rule: 'DISK-3', durable: true } } },
    },
    writingEpoch: {
      on: {
        WRITE: { target: 'idle', actions: ['writeEpoch', 'ack'], meta: { rule: 'DISK-4', durable: true } },
      },
    },
  },
})

/** Visits what the machine can reach, and looks at what must hold: what is acknowledged is on disk. */
export const checkDisk: CheckMutant = async ({ machines }) => {
  const machine: AnyStateMachine = machines['disk']?.(diskMachine) ?? diskMachine
  const queue = [getInitialSnapshot(machine)]
  const seen = new Set<string>()
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    const key = JSON.stringify([state.value, state.context])
    if (seen.has(key)) continue
    seen.add(key)
    const { log, epoch, acked } = state.context as Disk
    if (acked && !(log && epoch)) return { killedBy: 'DISK-9', states: seen.size, seconds: 0.5 }
    for (const type of ['ASK', 'WRITE', 'PING']) queue.push(getNextSnapshot(machine, state, { type }))
  }
  return { killedBy: null, states: seen.size, seconds: 0.5 }
}
