/**
 * One server in the election: it looks for a leader, settles on one, and tells those that still look. States and order are
 * those of the prose. Guards and actions are the functions of election-guards.ts and election-actions.ts under their names, so that a variant
 * of the protocol overrides what it changes (`provide`) and leaves the rest.
 */
import { setup } from 'xstate'
import { named } from '../notation/named.js'
import * as actions from './election-actions.js'
import * as guards from './election-guards.js'
import { type ElectionContext, type ElectionEvent, nothingKnown, type Server } from './election-types.js'

const { when, does } = named<ElectionContext, ElectionEvent>()

/** What a server knows before it first starts. */
export function beforeStart(server: Server): ElectionContext {
  return { server, ...nothingKnown, outbox: [] }
}

export const electionSetup = setup({
  types: { context: {} as ElectionContext, events: {} as ElectionEvent, input: {} as Server },
  guards: {
    isFromNonVoter: when<'NOTIFICATION'>(guards.isFromNonVoter),
    isFromLooking: when<'NOTIFICATION'>(guards.isFromLooking),
    isFromDecided: when<'NOTIFICATION'>(guards.isFromDecided),
    isLagging: when<'NOTIFICATION'>(guards.isLagging),
    isIgnored: when<'NOTIFICATION'>(guards.isIgnored),
    isOfLaterRound: when<'NOTIFICATION'>(guards.isOfLaterRound),
    isBetterProposal: when<'NOTIFICATION'>(guards.isBetterProposal),
    isNothingBetter: when<'NOTIFICATION'>(guards.isNothingBetter),
    isDecidedInRound: when<'NOTIFICATION'>(guards.isDecidedInRound),
    isDecidedOutside: when<'NOTIFICATION'>(guards.isDecidedOutside),
    hasQuorum: when(guards.hasQuorum),
    isMyself: when(guards.isMyself),
    isVoter: when(guards.isVoter),
  },
  actions: {
    beginRound: does<'START' | 'LOOK'>(actions.beginRound),
    tellAll: does(actions.tellAll),
    adopt: does<'NOTIFICATION'>(actions.adopt),
    record: does<'NOTIFICATION'>(actions.record),
    joinRound: does<'NOTIFICATION'>(actions.joinRound),
    answerLagging: does<'NOTIFICATION'>(actions.answerLagging),
    answer: does<'NOTIFICATION'>(actions.answer),
    answerNonVoter: does<'NOTIFICATION'>(actions.answerNonVoter),
    remember: does<'NOTIFICATION'>(actions.remember),
    settle: does(actions.settle),
    followRound: does<'NOTIFICATION'>(actions.followRound),
    followEstablished: does<'NOTIFICATION'>(actions.followEstablished),
    updateEpoch: does<'ESTABLISHED'>(actions.updateEpoch),
    forget: does(actions.forget),
  },
})

/** The machine's definition: what a variant patches. */
export const electionConfig = {
  id: 'election',
  context: ({ input }: { input: Server }) => beforeStart(input),
  initial: 'stopped',
  on: { CRASH: { target: '.stopped', actions: 'forget', meta: { rule: 'ELECTION-25' } } },
  states: {
    stopped: {
      on: { START: { target: 'looking', actions: 'beginRound', meta: { rule: 'ELECTION-23' } } },
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
          {
            guard: 'isBetterProposal',
            target: '.counting',
            actions: 'adopt',
            meta: { rule: 'ELECTION-40' },
          },
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
          always: [
            { guard: 'hasQuorum', target: 'settling', meta: { rule: 'ELECTION-42' } },
            { target: 'collecting', meta: { rule: 'ELECTION-42' } },
          ],
        },
        collecting: {
          on: { RESEND: { target: 'counting', actions: 'tellAll', meta: { rule: 'ELECTION-35' } } },
        },
        // The wait. Its end is an event, because time is. What is better is taken as if there were no wait (ELECTION-45).
        settling: {
          on: {
            NOTIFICATION: { guard: 'isNothingBetter', meta: { rule: 'ELECTION-44' } },
            SETTLE: { target: 'decided', actions: 'settle', meta: { rule: 'ELECTION-46' } },
          },
        },
        decided: {
          always: [
            { guard: 'isMyself', target: '#election.leading', meta: { rule: 'ELECTION-47' } },
            { guard: 'isVoter', target: '#election.following', meta: { rule: 'ELECTION-47' } },
            { target: '#election.observing', meta: { rule: 'ELECTION-61' } },
          ],
        },
      },
    },
    following: {
      on: {
        NOTIFICATION: [
          { guard: 'isFromNonVoter', actions: 'answer', meta: { rule: 'ELECTION-62' } },
          { guard: 'isFromLooking', actions: 'answer', meta: { rule: 'ELECTION-36' } },
          { meta: { rule: 'ELECTION-37' } },
        ],
        ESTABLISHED: { actions: 'updateEpoch', meta: { rule: 'ELECTION-58' } },
        LOOK: { target: 'looking', actions: 'beginRound', meta: { rule: 'ELECTION-24' } },
      },
    },
    leading: {
      on: {
        NOTIFICATION: [
          { guard: 'isFromNonVoter', actions: 'answer', meta: { rule: 'ELECTION-62' } },
          { guard: 'isFromLooking', actions: 'answer', meta: { rule: 'ELECTION-36' } },
          { meta: { rule: 'ELECTION-37' } },
        ],
        ESTABLISHED: { actions: 'updateEpoch', meta: { rule: 'ELECTION-58' } },
        LOOK: { target: 'looking', actions: 'beginRound', meta: { rule: 'ELECTION-24' } },
      },
    },
    observing: {
      on: {
        NOTIFICATION: [
          { guard: 'isFromNonVoter', actions: 'answer', meta: { rule: 'ELECTION-62' } },
          { guard: 'isFromLooking', actions: 'answer', meta: { rule: 'ELECTION-36' } },
          { meta: { rule: 'ELECTION-37' } },
        ],
        ESTABLISHED: { actions: 'updateEpoch', meta: { rule: 'ELECTION-58' } },
        LOOK: { target: 'looking', actions: 'beginRound', meta: { rule: 'ELECTION-24' } },
      },
    },
  },
} as const satisfies Parameters<typeof electionSetup.createMachine>[0]

export const electionMachine = electionSetup.createMachine(electionConfig)
export type ElectionMachine = typeof electionMachine
