/**
 * One server in the election: it looks for a leader, settles on one, and tells those that still look. States and order are those
 * of the rules. Runs through `compile`; the context does what the actions name. Counting and deciding are turns of their own,
 * which the context asks for as soon as their state is reached.
 */
import { setup } from 'xstate'
import type { PeerState } from '../wire/peer/notification.js'
import type { History, Vote } from './vote.js'

/** What another server has said. */
export interface Heard {
  readonly from: bigint
  readonly state: PeerState
  readonly vote: Vote
  readonly round: bigint
}

export type ElectionEvent =
  | { readonly type: 'LOOK'; readonly history: History }
  | { readonly type: 'NOTIFICATION'; readonly heard: Heard }
  /** Votes are to be counted (ELECTION-42). */
  | { readonly type: 'COUNT' }
  /** Nothing was heard for a while (ELECTION-35). */
  | { readonly type: 'RESEND' }
  /** The wait is over, and nothing better was heard (ELECTION-46). */
  | { readonly type: 'SETTLE' }
  /** The role follows from the vote (ELECTION-47). */
  | { readonly type: 'DECIDE' }
  /** The leader's epoch is established (ELECTION-58). */
  | { readonly type: 'ESTABLISHED'; readonly peerEpoch: bigint }

type On<Type extends ElectionEvent['type']> = Extract<ElectionEvent, { readonly type: Type }>
type Notified = On<'NOTIFICATION'>

/** What a server knows and does at its turns. */
export interface ElectionContext {
  isFromNonVoter(event: Notified): boolean
  isFromLooking(event: Notified): boolean
  isLagging(event: Notified): boolean
  isIgnored(event: Notified): boolean
  isOfLaterRound(event: Notified): boolean
  isBetterProposal(event: Notified): boolean
  isNothingBetter(event: Notified): boolean
  isDecidedInRound(event: Notified): boolean
  isDecidedOutside(event: Notified): boolean
  hasQuorum(): boolean
  isMyself(): boolean
  isVoter(): boolean
  beginRound(event: On<'LOOK'>): void
  tellAll(): void
  adopt(event: Notified): void
  record(event: Notified): void
  joinRound(event: Notified): void
  answerLagging(event: Notified): void
  answer(event: Notified): void
  answerNonVoter(event: Notified): void
  remember(event: Notified): void
  waitAnew(): void
  settle(): void
  followRound(event: Notified): void
  followEstablished(event: Notified): void
  updateEpoch(event: On<'ESTABLISHED'>): void
}

interface Turn {
  readonly context: ElectionContext
  readonly event: ElectionEvent
}

/** A guard that asks the context about a notification. */
const asks =
  (question: (context: ElectionContext, event: Notified) => boolean) =>
  ({ context, event }: Turn) =>
    event.type === 'NOTIFICATION' && question(context, event)

/** An action on a notification. */
const hears =
  (action: (context: ElectionContext, event: Notified) => void) =>
  ({ context, event }: Turn) => {
    if (event.type === 'NOTIFICATION') action(context, event)
  }

const settled = {
  NOTIFICATION: [
    { guard: 'isFromNonVoter', actions: 'answer', meta: { rule: 'ELECTION-62' } },
    { guard: 'isFromLooking', actions: 'answer', meta: { rule: 'ELECTION-36' } },
    { meta: { rule: 'ELECTION-37' } },
  ],
  ESTABLISHED: { actions: 'updateEpoch', meta: { rule: 'ELECTION-58' } },
  LOOK: { target: 'looking', actions: 'beginRound', meta: { rule: 'ELECTION-24' } },
} as const

export const electionMachine = setup({
  types: { context: {} as ElectionContext, events: {} as ElectionEvent },
  guards: {
    isFromNonVoter: asks((context, event) => context.isFromNonVoter(event)),
    isFromLooking: asks((context, event) => context.isFromLooking(event)),
    isLagging: asks((context, event) => context.isLagging(event)),
    isIgnored: asks((context, event) => context.isIgnored(event)),
    isOfLaterRound: asks((context, event) => context.isOfLaterRound(event)),
    isBetterProposal: asks((context, event) => context.isBetterProposal(event)),
    isNothingBetter: asks((context, event) => context.isNothingBetter(event)),
    isDecidedInRound: asks((context, event) => context.isDecidedInRound(event)),
    isDecidedOutside: asks((context, event) => context.isDecidedOutside(event)),
    hasQuorum: ({ context }) => context.hasQuorum(),
    isMyself: ({ context }) => context.isMyself(),
    isVoter: ({ context }) => context.isVoter(),
  },
  actions: {
    beginRound: ({ context, event }) => {
      if (event.type === 'LOOK') context.beginRound(event)
    },
    tellAll: ({ context }) => context.tellAll(),
    adopt: hears((context, event) => context.adopt(event)),
    record: hears((context, event) => context.record(event)),
    joinRound: hears((context, event) => context.joinRound(event)),
    answerLagging: hears((context, event) => context.answerLagging(event)),
    answer: hears((context, event) => context.answer(event)),
    answerNonVoter: hears((context, event) => context.answerNonVoter(event)),
    remember: hears((context, event) => context.remember(event)),
    waitAnew: ({ context }) => context.waitAnew(),
    settle: ({ context }) => context.settle(),
    followRound: hears((context, event) => context.followRound(event)),
    followEstablished: hears((context, event) => context.followEstablished(event)),
    updateEpoch: ({ context, event }) => {
      if (event.type === 'ESTABLISHED') context.updateEpoch(event)
    },
  },
}).createMachine({
  id: 'election',
  context: {} as ElectionContext,
  initial: 'stopped',
  states: {
    stopped: {
      on: { LOOK: { target: 'looking', actions: 'beginRound', meta: { rule: 'ELECTION-23' } } },
    },
    looking: {
      initial: 'counting',
      on: {
        NOTIFICATION: [
          { guard: 'isFromNonVoter', actions: 'answerNonVoter', meta: { rule: 'ELECTION-62' } },
          { guard: 'isLagging', actions: 'answerLagging', meta: { rule: 'ELECTION-33' } },
          { guard: 'isIgnored', meta: { rule: 'ELECTION-32' } },
          {
            guard: 'isOfLaterRound',
            target: '.counting',
            actions: 'joinRound',
            meta: { rule: 'ELECTION-34' },
          },
          { guard: 'isBetterProposal', target: '.counting', actions: 'adopt', meta: { rule: 'ELECTION-40' } },
          { guard: 'isFromLooking', target: '.counting', actions: 'record', meta: { rule: 'ELECTION-41' } },
          {
            guard: 'isDecidedInRound',
            target: '.decided',
            actions: 'followRound',
            meta: { rule: 'ELECTION-52' },
          },
          {
            guard: 'isDecidedOutside',
            target: '.decided',
            actions: 'followEstablished',
            meta: { rule: 'ELECTION-54' },
          },
          { target: '.collecting', actions: 'remember', meta: { rule: 'ELECTION-55' } },
        ],
      },
      states: {
        counting: {
          on: {
            COUNT: [
              { guard: 'hasQuorum', target: 'settling', actions: 'waitAnew', meta: { rule: 'ELECTION-42' } },
              { target: 'collecting', meta: { rule: 'ELECTION-42' } },
            ],
          },
        },
        collecting: {
          on: { RESEND: { target: 'counting', actions: 'tellAll', meta: { rule: 'ELECTION-35' } } },
        },
        // The wait. What is better is taken as if there were none (ELECTION-45).
        settling: {
          on: {
            NOTIFICATION: { guard: 'isNothingBetter', actions: 'waitAnew', meta: { rule: 'ELECTION-44' } },
            SETTLE: { target: 'decided', actions: 'settle', meta: { rule: 'ELECTION-46' } },
          },
        },
        decided: {
          on: {
            DECIDE: [
              { guard: 'isMyself', target: '#election.leading', meta: { rule: 'ELECTION-47' } },
              { guard: 'isVoter', target: '#election.following', meta: { rule: 'ELECTION-47' } },
              { target: '#election.observing', meta: { rule: 'ELECTION-61' } },
            ],
          },
        },
      },
    },
    following: { on: settled },
    leading: { on: settled },
    observing: { on: settled },
  },
})
