/**
 * A learner's machine: a follower, or an observer, from the election's result to the loss of its leader. States and order are
 * those of the prose: discovery, synchronization, broadcast. `WRITE` is the moment at which a durable effect is done, so
 * a crash may fall before it and after it.
 */
import { setup } from 'xstate'
import { named } from '../notation/named.js'
import * as actions from './follower-actions.js'
import type { FollowerContext, FollowerEvent } from './follower-actions.js'

const { when, does } = named<FollowerContext, FollowerEvent>()

/** The log can't be written while the learner is synchronized: nothing of that is on disk. */
const failedLog = {
  target: '#follower.left',
  actions: ['closeConnection', 'forgetSynchronization'],
  meta: { rule: 'BROADCAST-66' },
} as const

export const followerMachine = setup({
  types: { context: {} as FollowerContext, events: {} as FollowerEvent, input: {} as FollowerContext },
  guards: {
    isNewEpoch: when<'LEADERINFO'>(actions.isNewEpoch),
    isAcceptedEpoch: when<'LEADERINFO'>(actions.isAcceptedEpoch),
    startsOver: when(actions.startsOver),
    isWithinSnapshot: when<'TRUNC'>(actions.isWithinSnapshot),
    isNextProposal: when<'PROPOSAL' | 'INFORM'>(actions.isNextProposal),
    isDiffAndNextProposal: when<'INFORM'>(actions.isDiffAndNextProposal),
    isDiffAndCommitOfKept: when<'COMMIT'>(actions.isDiffAndCommitOfKept),
    isCommitOfKept: when<'COMMIT'>(actions.isCommitOfKept),
    needsSnapshot: when<'NEWLEADER'>(actions.needsSnapshot),
    hasCommitted: when<'NEWLEADER'>(actions.hasCommitted),
    isOfEpoch: when<'NEWLEADER'>(actions.isOfEpoch),
    isNextCommit: when<'COMMIT'>(actions.isNextCommit),
    hasToLog: when(actions.hasToLog),
  },
  actions: {
    sendInfo: does(actions.sendInfo),
    rememberEpoch: does<'LEADERINFO'>(actions.rememberEpoch),
    writeAcceptedEpoch: does(actions.writeAcceptedEpoch),
    ackEpoch: does(actions.ackEpoch),
    ackEpochAgain: does(actions.ackEpochAgain),
    beginDiff: does(actions.beginDiff),
    beginEmpty: does(actions.beginEmpty),
    startOver: does(actions.startOver),
    beginTrunc: does<'TRUNC'>(actions.beginTrunc),
    truncateLog: does(actions.truncateLog),
    takeSnapshotOver: does<'SNAP'>(actions.takeSnapshotOver),
    keepProposal: does<'PROPOSAL' | 'INFORM'>(actions.keepProposal),
    keepCommit: does(actions.keepCommit),
    keepInform: does<'INFORM'>(actions.keepInform),
    applyKept: does(actions.applyKept),
    applyInform: does<'INFORM'>(actions.applyInform),
    writeSnapshot: does(actions.writeSnapshot),
    writeSynchronized: does(actions.writeSynchronized),
    logCommitted: does(actions.logCommitted),
    writeCurrentEpoch: does(actions.writeCurrentEpoch),
    ackNewLeader: does(actions.ackNewLeader),
    ackUptodate: does(actions.ackUptodate),
    startServing: does(actions.startServing),
    takeProposal: does<'PROPOSAL'>(actions.takeProposal),
    commit: does(actions.commit),
    takeInform: does<'INFORM'>(actions.takeInform),
    logOldest: does(actions.logOldest),
    ackLogged: does(actions.ackLogged),
    loseOldest: does(actions.loseOldest),
    forwardRequest: does<'CLIENT'>(actions.forwardRequest),
    answerPing: does(actions.answerPing),
    closeConnection: does(actions.closeConnection),
    forgetSynchronization: does(actions.forgetSynchronization),
    flushLog: does(actions.flushLog),
    catchUpWithLog: does(actions.catchUpWithLog),
  },
}).createMachine({
  id: 'follower',
  context: ({ input }) => input,
  initial: 'elected',
  states: {
    elected: {
      on: {
        FOLLOW: { target: 'discovery', actions: 'sendInfo', meta: { rule: 'BROADCAST-20' } },
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
                target: '#follower.synchronization',
                actions: ['rememberEpoch', 'ackEpochAgain'],
                meta: { rule: 'BROADCAST-25' },
              },
              { target: '#follower.left', actions: 'closeConnection', meta: { rule: 'BROADCAST-26' } },
            ],
          },
        },
        // The epoch is promised to this leader once the promise is on disk.
        acceptingEpoch: {
          on: {
            WRITE: {
              target: '#follower.synchronization',
              actions: ['writeAcceptedEpoch', 'ackEpoch'],
              meta: { rule: 'BROADCAST-24', durable: true },
            },
          },
        },
      },
      on: {
        CLOSED: { target: 'left', meta: { rule: 'BROADCAST-60' } },
        GIVE_UP: { target: 'left', actions: 'closeConnection', meta: { rule: 'BROADCAST-60' } },
      },
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
            TRUNC: [
              {
                guard: 'isWithinSnapshot',
                target: '#follower.left',
                actions: ['startOver', 'closeConnection', 'forgetSynchronization'],
                meta: { rule: 'BROADCAST-41' },
              },
              { target: 'truncating', actions: 'beginTrunc', meta: { rule: 'BROADCAST-41' } },
            ],
            SNAP: { target: 'receiving', actions: 'takeSnapshotOver', meta: { rule: 'BROADCAST-42' } },
          },
        },
        truncating: {
          on: {
            WRITE: {
              target: 'receiving',
              actions: 'truncateLog',
              meta: { rule: 'BROADCAST-41', durable: true },
            },
            DISK_ERROR: failedLog,
          },
        },
        receiving: {
          on: {
            PROPOSAL: { guard: 'isNextProposal', actions: 'keepProposal', meta: { rule: 'BROADCAST-43' } },
            COMMIT: [
              { guard: 'isDiffAndCommitOfKept', actions: 'keepCommit', meta: { rule: 'BROADCAST-44' } },
              { guard: 'isCommitOfKept', actions: 'applyKept', meta: { rule: 'BROADCAST-44' } },
            ],
            INFORM: [
              { guard: 'isDiffAndNextProposal', actions: 'keepInform', meta: { rule: 'BROADCAST-44' } },
              { guard: 'isNextProposal', actions: 'applyInform', meta: { rule: 'BROADCAST-44' } },
            ],
            NEWLEADER: [
              { guard: 'needsSnapshot', target: 'savingSnapshot', meta: { rule: 'BROADCAST-45' } },
              { guard: 'hasCommitted', target: 'loggingCommitted', meta: { rule: 'BROADCAST-46' } },
              { guard: 'isOfEpoch', target: 'writingEpoch', meta: { rule: 'BROADCAST-47' } },
            ],
          },
        },
        savingSnapshot: {
          on: {
            WRITE: {
              target: 'writingEpoch',
              actions: 'writeSynchronized',
              meta: { rule: 'BROADCAST-45', durable: true },
            },
          },
        },
        loggingCommitted: {
          on: {
            WRITE: {
              target: 'writingEpoch',
              actions: 'logCommitted',
              meta: { rule: 'BROADCAST-46', durable: true },
            },
            DISK_ERROR: failedLog,
          },
        },
        // The epoch is this server's once all it rests on is on disk; then the leader may count on it.
        writingEpoch: {
          on: {
            WRITE: {
              target: 'awaitingUptodate',
              actions: ['writeCurrentEpoch', 'ackNewLeader'],
              meta: { rule: 'BROADCAST-47', durable: true },
            },
          },
        },
        awaitingUptodate: {
          on: {
            PROPOSAL: { guard: 'isNextProposal', actions: 'keepProposal', meta: { rule: 'BROADCAST-48' } },
            COMMIT: { guard: 'isCommitOfKept', actions: 'keepCommit', meta: { rule: 'BROADCAST-48' } },
            INFORM: { guard: 'isNextProposal', actions: 'keepInform', meta: { rule: 'BROADCAST-48' } },
            UPTODATE: {
              target: '#follower.broadcast',
              actions: ['ackUptodate', 'startServing'],
              meta: { rule: 'BROADCAST-49' },
            },
            PING: { actions: 'answerPing', meta: { rule: 'BROADCAST-59' } },
          },
        },
      },
      on: {
        CLOSED: { target: 'left', actions: 'forgetSynchronization', meta: { rule: 'BROADCAST-64' } },
        GIVE_UP: {
          target: 'left',
          actions: ['closeConnection', 'forgetSynchronization'],
          meta: { rule: 'BROADCAST-64' },
        },
      },
    },
    broadcast: {
      on: {
        PROPOSAL: { guard: 'isNextProposal', actions: 'takeProposal', meta: { rule: 'BROADCAST-52' } },
        LOG: {
          guard: 'hasToLog',
          actions: ['logOldest', 'ackLogged'],
          meta: { rule: 'BROADCAST-52', durable: true },
        },
        COMMIT: { guard: 'isNextCommit', actions: 'commit', meta: { rule: 'BROADCAST-55' } },
        INFORM: { guard: 'isNextProposal', actions: 'takeInform', meta: { rule: 'BROADCAST-56' } },
        SNAPSHOT: { actions: 'writeSnapshot', meta: { rule: 'BROADCAST-58', durable: true } },
        CLIENT: { actions: 'forwardRequest', meta: { rule: 'BROADCAST-50' } },
        PING: { actions: 'answerPing', meta: { rule: 'BROADCAST-59' } },
        SYNC: { meta: { rule: 'BROADCAST-59' } },
        REVALIDATE: { meta: { rule: 'BROADCAST-59' } },
        DISK_ERROR: {
          guard: 'hasToLog',
          target: 'left',
          actions: ['loseOldest', 'closeConnection', 'catchUpWithLog'],
          meta: { rule: 'BROADCAST-66' },
        },
        CLOSED: { target: 'left', actions: ['flushLog', 'catchUpWithLog'], meta: { rule: 'BROADCAST-63' } },
        GIVE_UP: {
          target: 'left',
          actions: ['closeConnection', 'flushLog', 'catchUpWithLog'],
          meta: { rule: 'BROADCAST-63' },
        },
      },
    },
    // The election takes over.
    left: { type: 'final' },
  },
})
