/**
 * A leader's machine, from the election's result to the loss of its quorum. States and order are those of the prose. What it
 * knows of each learner is data: a learner may come at any time, and goes through the turns of learner-handler-machine.ts.
 */
import { setup } from 'xstate'
import { named } from '../notation/named.js'
import * as actions from './leader-actions.js'
import type { LeaderContext, LeaderEvent } from './leader-context.js'

const { when, does } = named<LeaderContext, LeaderEvent>()

/** Whoever comes once the epoch is accepted is told it, and synchronized. */
const lateLearners = {
  FOLLOWERINFO: { actions: 'addLateLearner', meta: { rule: 'BROADCAST-29' } },
  OBSERVERINFO: { actions: 'addLateLearner', meta: { rule: 'BROADCAST-29' } },
  ACKEPOCH: { guard: 'isOffered', actions: 'synchronizeLate', meta: { rule: 'BROADCAST-29' } },
  SYNCHRONIZED: {
    guard: 'isSynchronizing',
    actions: 'sendSynchronization',
    meta: { rule: 'BROADCAST-37' },
  },
} as const

/** A write gets the next zxid of the epoch; where there is none, a new election gives a new epoch. */
const proposing = [
  {
    guard: 'isCounterUsedUp',
    target: 'left',
    actions: ['closeLearners', 'flushLog', 'catchUpWithLog'],
    meta: { rule: 'BROADCAST-51' },
  },
  { actions: 'propose', meta: { rule: 'BROADCAST-51' } },
] as const

export const leaderMachine = setup({
  types: { context: {} as LeaderContext, events: {} as LeaderEvent, input: {} as LeaderContext },
  guards: {
    isQuorumAlone: when(actions.isQuorumAlone),
    makesQuorumConnected: when<'FOLLOWERINFO' | 'OBSERVERINFO'>(actions.makesQuorumConnected),
    isOffered: when<'ACKEPOCH'>(actions.isOffered),
    isAhead: when<'ACKEPOCH'>(actions.isAhead),
    makesQuorumAccepted: when<'ACKEPOCH'>(actions.makesQuorumAccepted),
    isSynchronizing: when<'SYNCHRONIZED'>(actions.isSynchronizing),
    makesQuorumWithItself: when(actions.makesQuorumWithItself),
    isNewLeaderAck: when<'ACK'>(actions.isNewLeaderAck),
    makesQuorumSynced: when<'ACK'>(actions.makesQuorumSynced),
    isUptodateAck: when<'ACK'>(actions.isUptodateAck),
    isOutstandingAck: when<'ACK'>(actions.isOutstandingAck),
    isCommittedAck: when<'ACK'>(actions.isCommittedAck),
    isCounterUsedUp: when(actions.isCounterUsedUp),
    hasToLog: when(actions.hasToLog),
  },
  actions: {
    beginLeading: does(actions.beginLeading),
    addLearner: does<'FOLLOWERINFO' | 'OBSERVERINFO'>(actions.addLearner),
    keepLearner: does<'FOLLOWERINFO' | 'OBSERVERINFO'>(actions.keepLearner),
    addLateLearner: does<'FOLLOWERINFO' | 'OBSERVERINFO'>(actions.addLateLearner),
    writeAcceptedEpoch: does(actions.writeAcceptedEpoch),
    offerEpoch: does(actions.offerEpoch),
    refuse: does<'ACKEPOCH'>(actions.refuse),
    acceptLearner: does<'ACKEPOCH'>(actions.acceptLearner),
    synchronizeWaiting: does(actions.synchronizeWaiting),
    synchronizeLate: does<'ACKEPOCH'>(actions.synchronizeLate),
    sendSynchronization: does<'SYNCHRONIZED'>(actions.sendSynchronization),
    writeCurrentEpoch: does(actions.writeCurrentEpoch),
    addSynced: does<'ACK'>(actions.addSynced),
    establish: does(actions.establish),
    sendUptodate: does(actions.sendUptodate),
    propose: does<'CLIENT' | 'REQUEST'>(actions.propose),
    logOldest: does(actions.logOldest),
    ackOwn: does(actions.ackOwn),
    addAck: does<'ACK'>(actions.addAck),
    commitAcked: does(actions.commitAcked),
    writeSnapshot: does(actions.writeSnapshot),
    loseOldest: does(actions.loseOldest),
    dropLearner: does<'CLOSED'>(actions.dropLearner),
    closeLearners: does(actions.closeLearners),
    flushLog: does(actions.flushLog),
    catchUpWithLog: does(actions.catchUpWithLog),
  },
}).createMachine({
  id: 'leader',
  context: ({ input }) => input,
  initial: 'elected',
  states: {
    elected: {
      on: {
        LEAD: [
          {
            guard: 'isQuorumAlone',
            target: 'discovery.acceptingEpoch',
            actions: 'beginLeading',
            meta: { rule: 'BROADCAST-21' },
          },
          { target: 'discovery.awaitingLearners', actions: 'beginLeading', meta: { rule: 'BROADCAST-21' } },
        ],
      },
    },
    discovery: {
      initial: 'awaitingLearners',
      states: {
        awaitingLearners: {
          on: {
            FOLLOWERINFO: [
              {
                guard: 'makesQuorumConnected',
                target: 'acceptingEpoch',
                actions: 'addLearner',
                meta: { rule: 'BROADCAST-21' },
              },
              { actions: 'addLearner', meta: { rule: 'BROADCAST-21' } },
            ],
            OBSERVERINFO: { actions: 'addLearner', meta: { rule: 'BROADCAST-21' } },
          },
        },
        // The leader promises the epoch to itself first.
        acceptingEpoch: {
          on: {
            FOLLOWERINFO: { actions: 'keepLearner', meta: { rule: 'BROADCAST-22' } },
            OBSERVERINFO: { actions: 'keepLearner', meta: { rule: 'BROADCAST-22' } },
            WRITE: [
              {
                guard: 'isQuorumAlone',
                target: '#leader.synchronization',
                actions: ['writeAcceptedEpoch', 'offerEpoch'],
                meta: { rule: 'BROADCAST-22', durable: true },
              },
              {
                target: 'awaitingEpochAcks',
                actions: ['writeAcceptedEpoch', 'offerEpoch'],
                meta: { rule: 'BROADCAST-22', durable: true },
              },
            ],
          },
        },
        awaitingEpochAcks: {
          on: {
            FOLLOWERINFO: { actions: 'addLateLearner', meta: { rule: 'BROADCAST-23' } },
            OBSERVERINFO: { actions: 'addLateLearner', meta: { rule: 'BROADCAST-23' } },
            ACKEPOCH: [
              { guard: 'isAhead', actions: 'refuse', meta: { rule: 'BROADCAST-27' } },
              {
                guard: 'makesQuorumAccepted',
                target: '#leader.synchronization',
                actions: ['acceptLearner', 'synchronizeWaiting'],
                meta: { rule: 'BROADCAST-28' },
              },
              { guard: 'isOffered', actions: 'acceptLearner', meta: { rule: 'BROADCAST-28' } },
            ],
          },
        },
      },
    },
    synchronization: {
      initial: 'writingEpoch',
      states: {
        // Followers may have all of it on disk before the leader itself does.
        writingEpoch: {
          on: {
            ACK: { guard: 'isNewLeaderAck', actions: 'addSynced', meta: { rule: 'BROADCAST-38' } },
            WRITE: [
              {
                guard: 'makesQuorumWithItself',
                target: '#leader.broadcast',
                actions: ['writeCurrentEpoch', 'establish', 'sendUptodate'],
                meta: { rule: 'BROADCAST-30, BROADCAST-39', durable: true },
              },
              {
                target: 'awaitingNewLeaderAcks',
                actions: 'writeCurrentEpoch',
                meta: { rule: 'BROADCAST-30', durable: true },
              },
            ],
          },
        },
        awaitingNewLeaderAcks: {
          on: {
            ACK: [
              {
                guard: 'makesQuorumSynced',
                target: '#leader.broadcast',
                actions: ['addSynced', 'establish', 'sendUptodate'],
                meta: { rule: 'BROADCAST-39' },
              },
              { guard: 'isNewLeaderAck', actions: 'addSynced', meta: { rule: 'BROADCAST-38' } },
            ],
          },
        },
      },
      on: {
        ...lateLearners,
      },
    },
    broadcast: {
      on: {
        CLIENT: proposing,
        REQUEST: proposing,
        LOG: {
          guard: 'hasToLog',
          actions: ['logOldest', 'ackOwn', 'commitAcked'],
          meta: { rule: 'BROADCAST-53, BROADCAST-54', durable: true },
        },
        ACK: [
          {
            guard: 'isNewLeaderAck',
            actions: ['addSynced', 'sendUptodate'],
            meta: { rule: 'BROADCAST-39' },
          },
          { guard: 'isUptodateAck', meta: { rule: 'BROADCAST-57' } },
          {
            guard: 'isOutstandingAck',
            actions: ['addAck', 'commitAcked'],
            meta: { rule: 'BROADCAST-54' },
          },
          { guard: 'isCommittedAck', meta: { rule: 'BROADCAST-57' } },
        ],
        ...lateLearners,
        SNAPSHOT: { actions: 'writeSnapshot', meta: { rule: 'BROADCAST-58', durable: true } },
        PING: { meta: { rule: 'BROADCAST-59' } },
        REVALIDATE: { meta: { rule: 'BROADCAST-59' } },
        DISK_ERROR: {
          guard: 'hasToLog',
          target: 'left',
          actions: ['loseOldest', 'closeLearners', 'catchUpWithLog'],
          meta: { rule: 'BROADCAST-66' },
        },
      },
    },
    // The election takes over.
    left: { type: 'final' },
  },
  on: {
    CLOSED: { actions: 'dropLearner', meta: { rule: 'BROADCAST-61' } },
    GIVE_UP: {
      target: '.left',
      actions: ['closeLearners', 'flushLog', 'catchUpWithLog'],
      meta: { rule: 'BROADCAST-62' },
    },
  },
})
