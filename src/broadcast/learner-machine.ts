/**
 * A learner's machine: a follower, or an observer, from the election's result to the loss of its leader. States and order are
 * those of the prose. Each durable effect is begun on entry to a state that waits for it, so what it allows comes after it.
 * Runs through `compile`; the context does what the actions name.
 */
import { setup } from 'xstate'
import { eventsOf } from './event-of.js'
import type { LearnerContext, LearnerEvent, Proposed } from './learner-context.js'

const { when, does } = eventsOf<LearnerContext, LearnerEvent>()

/**
 * How a phase is left, whose end puts the tree right in its own way: at the end of the connection, at a message that has no
 * place, when the disk fails, when the leader is silent for too long.
 */
const leaving = <const Action extends string, const Rule extends string, const Guard extends string>(
  leave: Action,
  rule: Rule,
  isSilent: Guard,
) => {
  const to = { target: '#learner.left', actions: ['closeConnection', leave] } as const
  const unspoken = { ...to, meta: { rule: 'BROADCAST-67' } } as const
  return {
    LEADERINFO: unspoken,
    DIFF: unspoken,
    TRUNC: unspoken,
    SNAP: unspoken,
    PROPOSAL: unspoken,
    COMMIT: unspoken,
    INFORM: unspoken,
    NEWLEADER: unspoken,
    UPTODATE: unspoken,
    SYNC: unspoken,
    REVALIDATE: unspoken,
    PING: unspoken,
    CLOSED: { ...to, meta: { rule } },
    GIVE_UP: { ...to, meta: { rule } },
    LOG_FAILED: { ...to, meta: { rule: 'BROADCAST-66' } },
    HALF_TICK: { ...to, guard: isSilent, meta: { rule: 'BROADCAST-60' } },
  } as const
}
const inDiscovery = leaving('leaveKept', 'BROADCAST-60', 'isSilentForInitLimit')
const inSynchronization = leaving('leaveFromDisk', 'BROADCAST-64', 'isSilentForInitLimit')
const inBroadcast = leaving('leaveWithLog', 'BROADCAST-63', 'isSilentForSyncLimit')

export const learnerMachine = setup({
  types: { context: {} as LearnerContext, events: {} as LearnerEvent },
  guards: {
    isNewEpoch: when<'LEADERINFO'>((learner, event) => learner.isNewEpoch(event)),
    isAcceptedEpoch: when<'LEADERINFO'>((learner, event) => learner.isAcceptedEpoch(event)),
    startsOver: when((learner) => learner.startsOver()),
    isCut: when<'TRUNCATED'>((learner, event) => learner.isCut(event)),
    isNextProposal: when<'PROPOSAL'>((learner, event) => learner.isNextProposal(event)),
    isNextInform: when<'INFORM'>((learner, event) => learner.isNextInform(event)),
    isDiffAndNextInform: when<'INFORM'>((learner, event) => learner.isDiffAndNextInform(event)),
    isNextCommit: when<'COMMIT'>((learner, event) => learner.isNextCommit(event)),
    isDiffAndNextCommit: when<'COMMIT'>((learner, event) => learner.isDiffAndNextCommit(event)),
    isOfEpoch: when<'NEWLEADER'>((learner, event) => learner.isOfEpoch(event)),
    needsSnapshot: when<'NEWLEADER'>((learner, event) => learner.needsSnapshot(event)),
    hasCommitted: when<'NEWLEADER'>((learner, event) => learner.hasCommitted(event)),
    isCommittedLogged: when<'LOGGED'>((learner, event) => learner.isCommittedLogged(event)),
    isFollowerAndNextProposal: when<'PROPOSAL'>((learner, event) => learner.isFollowerAndNextProposal(event)),
    isSilentForInitLimit: when((learner) => learner.isSilentForInitLimit()),
    isSilentForSyncLimit: when((learner) => learner.isSilentForSyncLimit()),
  },
  actions: {
    sendInfo: does((learner) => learner.sendInfo()),
    rememberEpoch: does<'LEADERINFO'>((learner, event) => learner.rememberEpoch(event)),
    writeAcceptedEpoch: does((learner) => learner.writeAcceptedEpoch()),
    ackEpoch: does((learner) => learner.ackEpoch()),
    ackEpochAgain: does((learner) => learner.ackEpochAgain()),
    beginDiff: does((learner) => learner.beginDiff()),
    beginEmpty: does((learner) => learner.beginEmpty()),
    truncate: does<'TRUNC'>((learner, event) => learner.truncate(event)),
    goOnFromCut: does<'TRUNCATED'>((learner, event) => learner.goOnFromCut(event)),
    startOver: does((learner) => learner.startOver()),
    receiveSnapshot: does<'SNAP'>((learner, event) => learner.receiveSnapshot(event)),
    keepProposal: does<Proposed['type']>((learner, event) => learner.keepProposal(event)),
    keepCommit: does((learner) => learner.keepCommit()),
    commitOldest: does((learner) => learner.commitOldest()),
    writeSnapshot: does((learner) => learner.writeSnapshot()),
    goOnFromSnapshot: does((learner) => learner.goOnFromSnapshot()),
    logCommitted: does((learner) => learner.logCommitted()),
    commitLogged: does((learner) => learner.commitLogged()),
    writeCurrentEpoch: does((learner) => learner.writeCurrentEpoch()),
    ackNewLeader: does((learner) => learner.ackNewLeader()),
    ackUptodate: does((learner) => learner.ackUptodate()),
    startServing: does((learner) => learner.startServing()),
    logProposal: does<'PROPOSAL'>((learner, event) => learner.logProposal(event)),
    ackLogged: does<'LOGGED'>((learner, event) => learner.ackLogged(event)),
    logInform: does<'INFORM'>((learner, event) => learner.logInform(event)),
    forward: does<'FORWARD'>((learner, event) => learner.forward(event)),
    answerPing: does((learner) => learner.answerPing()),
    handUpSync: does((learner) => learner.handUpSync()),
    handUpRevalidated: does<'REVALIDATE'>((learner, event) => learner.handUpRevalidated(event)),
    closeConnection: does((learner, event) => learner.closeConnection(event)),
    leaveKept: does((learner) => learner.leaveKept()),
    leaveFromDisk: does((learner) => learner.leaveFromDisk()),
    leaveWithLog: does((learner) => learner.leaveWithLog()),
  },
}).createMachine({
  id: 'learner',
  context: {} as LearnerContext,
  initial: 'elected',
  states: {
    elected: {
      on: {
        FOLLOW: {
          target: 'discovery',
          actions: 'sendInfo',
          meta: { rule: 'BROADCAST-20' },
        },
        ...inDiscovery,
      },
    },
    discovery: {
      initial: 'awaitingLeaderInfo',
      states: {
        awaitingLeaderInfo: {
          on: {
            LEADERINFO: [
              {
                guard: 'isNewEpoch',
                target: 'acceptingEpoch',
                actions: 'rememberEpoch',
                meta: { rule: 'BROADCAST-24' },
              },
              {
                guard: 'isAcceptedEpoch',
                target: '#learner.synchronization',
                actions: ['rememberEpoch', 'ackEpochAgain'],
                meta: { rule: 'BROADCAST-25' },
              },
              {
                target: '#learner.left',
                actions: ['closeConnection', 'leaveKept'],
                meta: { rule: 'BROADCAST-26' },
              },
            ],
          },
        },
        // The epoch is promised to this leader once the promise is on disk.
        acceptingEpoch: {
          entry: 'writeAcceptedEpoch',
          on: {
            ACCEPTED_EPOCH_WRITTEN: {
              target: '#learner.synchronization',
              actions: 'ackEpoch',
              meta: { rule: 'BROADCAST-24', durable: true },
            },
          },
        },
      },
      on: { ...inDiscovery },
    },
    synchronization: {
      initial: 'awaitingSync',
      states: {
        awaitingSync: {
          on: {
            DIFF: [
              {
                guard: 'startsOver',
                target: 'receiving',
                actions: 'beginEmpty',
                meta: { rule: 'BROADCAST-41' },
              },
              { target: 'receiving', actions: 'beginDiff', meta: { rule: 'BROADCAST-40' } },
            ],
            TRUNC: { target: 'truncating', actions: 'truncate', meta: { rule: 'BROADCAST-41' } },
            SNAP: { target: 'receivingSnapshot', actions: 'receiveSnapshot', meta: { rule: 'BROADCAST-42' } },
          },
        },
        truncating: {
          on: {
            TRUNCATED: [
              {
                guard: 'isCut',
                target: 'receiving',
                actions: 'goOnFromCut',
                meta: { rule: 'BROADCAST-41', durable: true },
              },
              {
                target: '#learner.left',
                actions: ['startOver', 'closeConnection', 'leaveFromDisk'],
                meta: { rule: 'BROADCAST-41' },
              },
            ],
          },
        },
        receivingSnapshot: {
          on: { SNAPSHOT_RECEIVED: { target: 'receiving', meta: { rule: 'BROADCAST-42' } } },
        },
        receiving: {
          on: {
            PROPOSAL: { guard: 'isNextProposal', actions: 'keepProposal', meta: { rule: 'BROADCAST-43' } },
            COMMIT: [
              { guard: 'isDiffAndNextCommit', actions: 'keepCommit', meta: { rule: 'BROADCAST-44' } },
              { guard: 'isNextCommit', actions: 'commitOldest', meta: { rule: 'BROADCAST-44' } },
            ],
            INFORM: [
              {
                guard: 'isDiffAndNextInform',
                actions: ['keepProposal', 'keepCommit'],
                meta: { rule: 'BROADCAST-44' },
              },
              {
                guard: 'isNextInform',
                actions: ['keepProposal', 'commitOldest'],
                meta: { rule: 'BROADCAST-44' },
              },
            ],
            NEWLEADER: [
              { guard: 'needsSnapshot', target: 'savingSnapshot', meta: { rule: 'BROADCAST-45' } },
              { guard: 'hasCommitted', target: 'loggingCommitted', meta: { rule: 'BROADCAST-46' } },
              { guard: 'isOfEpoch', target: 'writingEpoch', meta: { rule: 'BROADCAST-47' } },
            ],
          },
        },
        savingSnapshot: {
          entry: 'writeSnapshot',
          on: {
            SNAPSHOT_WRITTEN: {
              target: 'writingEpoch',
              actions: 'goOnFromSnapshot',
              meta: { rule: 'BROADCAST-45', durable: true },
            },
          },
        },
        loggingCommitted: {
          entry: 'logCommitted',
          on: {
            LOGGED: {
              guard: 'isCommittedLogged',
              target: 'writingEpoch',
              actions: 'commitLogged',
              meta: { rule: 'BROADCAST-46', durable: true },
            },
          },
        },
        // The epoch is this server's once all it rests on is on disk; then the leader may count on it.
        writingEpoch: {
          entry: 'writeCurrentEpoch',
          on: {
            CURRENT_EPOCH_WRITTEN: {
              target: 'awaitingUptodate',
              actions: 'ackNewLeader',
              meta: { rule: 'BROADCAST-47', durable: true },
            },
          },
        },
        awaitingUptodate: {
          on: {
            PROPOSAL: { guard: 'isNextProposal', actions: 'keepProposal', meta: { rule: 'BROADCAST-48' } },
            COMMIT: { guard: 'isNextCommit', actions: 'keepCommit', meta: { rule: 'BROADCAST-48' } },
            INFORM: {
              guard: 'isNextInform',
              actions: ['keepProposal', 'keepCommit'],
              meta: { rule: 'BROADCAST-48' },
            },
            UPTODATE: {
              target: '#learner.broadcast',
              actions: ['ackUptodate', 'startServing'],
              meta: { rule: 'BROADCAST-49' },
            },
            PING: { actions: 'answerPing', meta: { rule: 'BROADCAST-59' } },
          },
        },
      },
      on: { ...inSynchronization },
    },
    broadcast: {
      on: {
        ...inBroadcast,
        PROPOSAL: [
          { guard: 'isFollowerAndNextProposal', actions: 'logProposal', meta: { rule: 'BROADCAST-52' } },
          inBroadcast.PROPOSAL,
        ],
        LOGGED: { actions: 'ackLogged', meta: { rule: 'BROADCAST-52', durable: true } },
        COMMIT: [
          { guard: 'isNextCommit', actions: 'commitOldest', meta: { rule: 'BROADCAST-55' } },
          inBroadcast.COMMIT,
        ],
        INFORM: [
          { guard: 'isNextInform', actions: 'logInform', meta: { rule: 'BROADCAST-56' } },
          inBroadcast.INFORM,
        ],
        FORWARD: { actions: 'forward', meta: { rule: 'BROADCAST-50' } },
        PING: { actions: 'answerPing', meta: { rule: 'BROADCAST-59' } },
        SYNC: { actions: 'handUpSync', meta: { rule: 'BROADCAST-59' } },
        REVALIDATE: { actions: 'handUpRevalidated', meta: { rule: 'BROADCAST-59' } },
      },
    },
    // The election takes over.
    left: { type: 'final' },
  },
})
