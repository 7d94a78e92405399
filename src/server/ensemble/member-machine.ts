/**
 * The life of a member of an ensemble: it looks for a leader, leads or learns until that is over, and looks again. What it does
 * while it leads or learns is said by the machines of `src/broadcast`. Runs through `compile`.
 */
import { setup } from 'xstate'

/** What a member does at its turns. */
export interface MemberContext {
  /** Whether the leader that the election named is this server. */
  isLeader(): boolean
  look(): void
  lead(): void
  learn(): void
  /** Ends the clients' connections and brings the data in memory up to what is on disk. */
  settle(): void
  leaveRole(): void
  close(): void
  reportFailure(): void
}

export type MemberEvent =
  /** The disk is read, the ports are open. */
  | { type: 'STARTED' }
  | { type: 'ELECTED' }
  /** Leading or learning is over. */
  | { type: 'LEFT' }
  /** What is in memory is what is on disk. */
  | { type: 'SETTLED' }
  | { type: 'STOP' }
  | { type: 'FAIL' }
  /** Everything is dropped, as in a crash. */
  | { type: 'KILL' }

export const memberMachine = setup({
  types: { context: {} as MemberContext, events: {} as MemberEvent },
  guards: { isLeader: ({ context }) => context.isLeader() },
  actions: {
    look: ({ context }) => context.look(),
    lead: ({ context }) => context.lead(),
    learn: ({ context }) => context.learn(),
    settle: ({ context }) => context.settle(),
    leaveRole: ({ context }) => context.leaveRole(),
    close: ({ context }) => context.close(),
    reportFailure: ({ context }) => context.reportFailure(),
  },
}).createMachine({
  id: 'member',
  initial: 'withoutLeader',
  context: {} as MemberContext,
  on: { KILL: { target: '.stopped', meta: { rule: 'ENSEMBLE-30' } } },
  states: {
    withoutLeader: {
      initial: 'starting',
      on: {
        STOP: { target: 'stopped', actions: ['close'] },
        FAIL: { target: 'failed', actions: ['reportFailure', 'close'] },
      },
      states: {
        starting: {
          on: {
            STARTED: {
              target: 'looking',
              actions: ['look'],
              meta: { rule: ['BROADCAST-13', 'ENSEMBLE-42'] },
            },
          },
        },
        looking: {
          on: {
            ELECTED: [
              {
                guard: 'isLeader',
                target: '#member.withLeader.leading',
                actions: ['lead'],
                meta: { rule: 'ENSEMBLE-41' },
              },
              {
                target: '#member.withLeader.learning',
                actions: ['learn'],
                meta: { rule: 'ENSEMBLE-41' },
              },
            ],
          },
        },
        // Its vote must cover its whole log before it looks again.
        settling: {
          on: {
            SETTLED: {
              target: 'looking',
              actions: ['look'],
              meta: { rule: ['BROADCAST-63', 'ENSEMBLE-42'] },
            },
          },
        },
      },
    },
    withLeader: {
      initial: 'learning',
      on: {
        LEFT: { target: 'withoutLeader.settling', actions: ['settle'], meta: { rule: 'ENSEMBLE-22' } },
        STOP: { target: 'stopping', actions: ['leaveRole'] },
        FAIL: {
          target: 'failing',
          actions: ['reportFailure', 'leaveRole'],
          meta: { rule: 'BROADCAST-66' },
        },
      },
      states: { leading: {}, learning: {} },
    },
    stopping: { on: { LEFT: { target: 'stopped', actions: ['close'] } } },
    failing: { on: { LEFT: { target: 'failed', actions: ['close'] } } },
    stopped: { type: 'final' },
    failed: { type: 'final' },
  },
})
