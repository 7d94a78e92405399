/**
 * The order of one session's requests: a write is proposed as soon as it arrives; a read is answered at once,
 * unless a write of its own session is still on its way through the log: then it waits behind it.
 * So replies leave in the order of the requests, and a read sees its session's earlier writes and no later one.
 * Runs through `compile`; the context does what the actions name.
 */
import { setup } from 'xstate'

/** What a session's order does with the request at hand. */
export interface OrderContext {
  answer(): void
  queue(): void
  propose(): void
  settle(): void
  answerQueued(): void
  /** Whether a write of this session is still in the log's hands. */
  isWriteInFlight(): boolean
}

export type OrderEvent = { type: 'READ' } | { type: 'WRITE' } | { type: 'APPLIED' }

export const orderMachine = setup({
  types: { context: {} as OrderContext, events: {} as OrderEvent },
  guards: {
    isWriteInFlight: ({ context }) => context.isWriteInFlight(),
  },
  actions: {
    answer: ({ context }) => context.answer(),
    queue: ({ context }) => context.queue(),
    propose: ({ context }) => context.propose(),
    settle: ({ context }) => context.settle(),
    answerQueued: ({ context }) => context.answerQueued(),
  },
}).createMachine({
  id: 'order',
  initial: 'clear',
  context: {} as OrderContext,
  states: {
    clear: {
      on: {
        READ: { actions: 'answer', meta: { rule: 'SERVICE-25' } },
        WRITE: { target: 'behindWrite', actions: ['propose', 'queue'], meta: { rule: 'SERVICE-23' } },
      },
    },
    behindWrite: {
      on: {
        READ: { actions: 'queue', meta: { rule: ['SERVICE-11', 'SERVICE-25'] } },
        WRITE: { actions: ['propose', 'queue'], meta: { rule: 'SERVICE-23' } },
        APPLIED: [
          { guard: 'isWriteInFlight', actions: ['settle', 'answerQueued'], meta: { rule: 'SERVICE-12' } },
          { target: 'clear', actions: ['settle', 'answerQueued'], meta: { rule: 'SERVICE-12' } },
        ],
      },
    },
  },
})
