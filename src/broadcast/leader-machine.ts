/**
 * A leader's machine, from the election's result to the loss of its quorum. States and order are those of the prose. What it
 * knows of each learner goes through the turns of learner-handler-machine.ts. Runs through `compile`; the context does what
 * the actions name.
 */
import { setup } from 'xstate'
import type { LearnerMessage } from '../wire/peer/quorum-message.js'
import { eventsOf } from './event-of.js'
import type { Info, LeaderContext, LeaderEvent } from './leader-context.js'

const { when, does } = eventsOf<LeaderContext, LeaderEvent>()

/** Whoever comes once the epoch is accepted is told it, and synchronized. */
const lateLearners = {
  FOLLOWERINFO: { actions: 'addLateLearner', meta: { rule: 'BROADCAST-29' } },
  OBSERVERINFO: { actions: 'addLateLearner', meta: { rule: 'BROADCAST-29' } },
  ACKEPOCH: { guard: 'isOffered', actions: 'synchronizeLate', meta: { rule: 'BROADCAST-29' } },
  SNAPSHOT_SENT: {
    guard: 'isSynchronizing',
    actions: 'finishSynchronization',
    meta: { rule: 'BROADCAST-37' },
  },
} as const

const handedUp = { guard: 'serves', actions: 'handUp' } as const
const unspoken = { actions: 'refuseMessage', meta: { rule: 'BROADCAST-67' } } as const
const knownAck = { guard: 'isKnownAck', meta: { rule: 'BROADCAST-57' } } as const
const phaseOver = {
  guard: 'isPhaseOver',
  target: '#leader.left',
  actions: 'leave',
  meta: { rule: 'BROADCAST-62' },
} as const

export const leaderMachine = setup({
  types: { context: {} as LeaderContext, events: {} as LeaderEvent },
  guards: {
    isQuorumAlone: when((leader) => leader.isQuorumAlone()),
    makesQuorumConnected: when<Info['type']>((leader, event) => leader.makesQuorumConnected(event)),
    isOffered: when<'ACKEPOCH'>((leader, event) => leader.isOffered(event)),
    isAhead: when<'ACKEPOCH'>((leader, event) => leader.isAhead(event)),
    makesQuorumAccepted: when<'ACKEPOCH'>((leader, event) => leader.makesQuorumAccepted(event)),
    isSynchronizing: when<'SNAPSHOT_SENT'>((leader, event) => leader.isSynchronizing(event)),
    makesQuorumWithItself: when((leader) => leader.makesQuorumWithItself()),
    isNewLeaderAck: when<'ACK'>((leader, event) => leader.isNewLeaderAck(event)),
    makesQuorumSynced: when<'ACK'>((leader, event) => leader.makesQuorumSynced(event)),
    isOutstandingAck: when<'ACK'>((leader, event) => leader.isOutstandingAck(event)),
    isKnownAck: when<'ACK'>((leader, event) => leader.isKnownAck(event)),
    isCounterUsedUp: when((leader) => leader.isCounterUsedUp()),
    serves: when<'REQUEST' | 'SYNC' | 'REVALIDATE' | 'PING'>((leader, event) => leader.serves(event)),
    isPhaseOver: when((leader) => leader.isPhaseOver()),
    hearsNoQuorum: when((leader) => leader.hearsNoQuorum()),
  },
  actions: {
    beginLeading: does((leader) => leader.beginLeading()),
    addLearner: does<Info['type']>((leader, event) => leader.addLearner(event)),
    keepLearner: does<Info['type']>((leader, event) => leader.keepLearner(event)),
    addLateLearner: does<Info['type']>((leader, event) => leader.addLateLearner(event)),
    writeAcceptedEpoch: does((leader) => leader.writeAcceptedEpoch()),
    offerEpoch: does((leader) => leader.offerEpoch()),
    refuseAhead: does<'ACKEPOCH'>((leader, event) => leader.refuseAhead(event)),
    acceptLearner: does<'ACKEPOCH'>((leader, event) => leader.acceptLearner(event)),
    beginPhase: does((leader) => leader.beginPhase()),
    synchronizeWaiting: does((leader) => leader.synchronizeWaiting()),
    synchronizeLate: does<'ACKEPOCH'>((leader, event) => leader.synchronizeLate(event)),
    finishSynchronization: does<'SNAPSHOT_SENT'>((leader, event) => leader.finishSynchronization(event)),
    writeCurrentEpoch: does((leader) => leader.writeCurrentEpoch()),
    addItselfSynced: does((leader) => leader.addItselfSynced()),
    addSynced: does<'ACK'>((leader, event) => leader.addSynced(event)),
    establish: does((leader) => leader.establish()),
    sendUptodate: does((leader) => leader.sendUptodate()),
    propose: does<'PROPOSE'>((leader, event) => leader.propose(event)),
    ackOwn: does<'LOGGED'>((leader, event) => leader.ackOwn(event)),
    addAck: does<'ACK'>((leader, event) => leader.addAck(event)),
    commitAcked: does((leader) => leader.commitAcked()),
    handUp: does<'REQUEST' | 'SYNC' | 'REVALIDATE' | 'PING'>((leader, event) => leader.handUp(event)),
    pingLearners: does((leader) => leader.pingLearners()),
    dropLearner: does<'CLOSED'>((leader, event) => leader.dropLearner(event)),
    refuseMessage: does<LearnerMessage['type']>((leader, event) => leader.refuseMessage(event)),
    leave: does((leader, event) => leader.leave(event)),
  },
}).createMachine({
  id: 'leader',
  context: {} as LeaderContext,
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
      entry: 'beginPhase',
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
          entry: 'writeAcceptedEpoch',
          on: {
            FOLLOWERINFO: { actions: 'keepLearner', meta: { rule: 'BROADCAST-22' } },
            OBSERVERINFO: { actions: 'keepLearner', meta: { rule: 'BROADCAST-22' } },
            ACCEPTED_EPOCH_WRITTEN: [
              {
                guard: 'isQuorumAlone',
                target: '#leader.synchronization',
                actions: 'offerEpoch',
                meta: { rule: 'BROADCAST-22', durable: true },
              },
              {
                target: 'awaitingEpochAcks',
                actions: 'offerEpoch',
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
              { guard: 'isAhead', actions: 'refuseAhead', meta: { rule: 'BROADCAST-27' } },
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
      on: { HALF_TICK: phaseOver },
    },
    synchronization: {
      initial: 'writingEpoch',
      entry: 'beginPhase',
      states: {
        // Followers may have all of it on disk before the leader itself does.
        writingEpoch: {
          entry: 'writeCurrentEpoch',
          on: {
            ACK: [
              { guard: 'isNewLeaderAck', actions: 'addSynced', meta: { rule: 'BROADCAST-38' } },
              knownAck,
            ],
            CURRENT_EPOCH_WRITTEN: [
              {
                guard: 'makesQuorumWithItself',
                target: '#leader.broadcast',
                actions: ['addItselfSynced', 'establish', 'sendUptodate'],
                meta: { rule: ['BROADCAST-30', 'BROADCAST-39'], durable: true },
              },
              {
                target: 'awaitingNewLeaderAcks',
                actions: 'addItselfSynced',
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
              knownAck,
            ],
          },
        },
      },
      on: { ...lateLearners, HALF_TICK: phaseOver },
    },
    broadcast: {
      on: {
        PROPOSE: [
          // A write gets the next zxid of the epoch; where there is none, a new election gives a new epoch.
          {
            guard: 'isCounterUsedUp',
            target: 'left',
            actions: 'leave',
            meta: { rule: 'BROADCAST-51' },
          },
          { actions: 'propose', meta: { rule: 'BROADCAST-51' } },
        ],
        LOGGED: {
          actions: ['ackOwn', 'commitAcked'],
          meta: { rule: ['BROADCAST-53', 'BROADCAST-54'], durable: true },
        },
        ACK: [
          {
            guard: 'isNewLeaderAck',
            actions: ['addSynced', 'sendUptodate'],
            meta: { rule: 'BROADCAST-39' },
          },
          { guard: 'isOutstandingAck', actions: ['addAck', 'commitAcked'], meta: { rule: 'BROADCAST-54' } },
          knownAck,
        ],
        ...lateLearners,
        REQUEST: { ...handedUp, meta: { rule: 'BROADCAST-50' } },
        SYNC: { ...handedUp, meta: { rule: 'BROADCAST-59' } },
        REVALIDATE: { ...handedUp, meta: { rule: 'BROADCAST-59' } },
        PING: { ...handedUp, meta: { rule: 'BROADCAST-59' } },
        HALF_TICK: [
          { guard: 'hearsNoQuorum', target: 'left', actions: 'leave', meta: { rule: 'BROADCAST-62' } },
          { actions: 'pingLearners', meta: { rule: 'BROADCAST-59' } },
        ],
      },
    },
    // The election takes over.
    left: { type: 'final' },
  },
  on: {
    CLOSED: { actions: 'dropLearner', meta: { rule: 'BROADCAST-61' } },
    LOG_FAILED: { target: '.left', actions: 'leave', meta: { rule: 'BROADCAST-66' } },
    GIVE_UP: { target: '.left', actions: 'leave', meta: { rule: 'BROADCAST-62' } },
    FOLLOWERINFO: unspoken,
    OBSERVERINFO: unspoken,
    ACKEPOCH: unspoken,
    ACK: unspoken,
    REQUEST: unspoken,
    SYNC: unspoken,
    REVALIDATE: unspoken,
    PING: unspoken,
  },
})
