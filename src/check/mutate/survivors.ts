/**
 * Mutants of the spec that no invariant tells from the spec, each with the reason why that is right. `zoospec mutate`
 * makes them, and fails on one that survives and isn't here, and on one that is here and doesn't.
 */

export interface Survivor {
  /** Its id, as `zoospec mutate --list` prints it. */
  readonly mutant: string
  /** `equivalent`: it allows what the spec allows. `liveness only`: it allows less, and nothing that is wrong. */
  readonly kind: 'equivalent' | 'liveness only'
  readonly reason: string
}

const because =
  (kind: Survivor['kind'], reason: string) =>
  (...mutants: readonly string[]): readonly Survivor[] =>
    mutants.map((mutant) => ({ mutant, kind, reason }))

const asserts = because(
  'equivalent',
  'the guard asserts what the other side never breaks: what it would refuse does not come, and where a change makes it come, BROADCAST-82 tells',
)
const commutes = because(
  'equivalent',
  'the two actions touch different things, and nothing falls between actions of one step; “send early” is what takes them apart',
)
const notSent = because(
  'equivalent',
  'PING, SYNC and REVALIDATE change nothing that is said here (BROADCAST-59), and are not sent in the models; spec/broadcast tests them one by one',
)
const nothingToDo = because('equivalent', 'where the guard fails, the actions change nothing')

const failsLess = because(
  'equivalent',
  'a disk can only fail where something is to be written: without that there are fewer faults, or the same',
)

const mayBeSaved = because('equivalent', 'a server may take a snapshot, and need not')

const endsAnyway = because(
  'liveness only',
  'a link that is cut ends the connection at both ends, and CLOSED says so: giving up only says it sooner',
)

export const survivors: readonly Survivor[] = [
  // Server
  ...because('equivalent', 'a start loads the tree from disk whatever a crash has left in memory')(
    'server/looking.CRASH/drop-action-loseMemory',
    'server/following.CRASH/drop-action-loseMemory',
    'server/leading.CRASH/drop-action-loseMemory',
  ),
  ...because('liveness only', 'a server that can’t crash: fewer faults')('election/CRASH/remove'),
  ...because(
    'equivalent',
    'accepted epochs are written first, so none is ever behind; a disk that is torn was not written by this protocol',
  )('server/down.START#2/drop-guard'),

  ...because(
    'equivalent',
    'the vote of a server that crashed between log and epoch never decides: every quorum has a server that was synchronized with that epoch, and it is synchronized anew',
  )(
    'server/down.START#1/negate-guard',
    'server/down.START#1/drop-guard',
    'server/down.START#1/drop-action-raiseEpoch',
    'server/down.START#1/drop-action-load',
    'server/down.START#1/swap-raiseEpoch-load',
    'server/down.START#1/remove',
    'server/down.START#1/send-early',
  ),

  // Election
  ...because(
    'equivalent',
    'rounds need only go up: a server that kept its round would begin a later one',
  )('election/CRASH/drop-action-forget'),
  ...because(
    'liveness only',
    'an observer asks again, and is answered by those that have settled',
  )('election/looking.NOTIFICATION#1/drop-action-answerNonVoter'),
  ...because(
    'liveness only',
    'a server that lags learns of the round when all are told again (ELECTION-35)',
  )('election/looking.NOTIFICATION#2/drop-action-answerLagging'),
  ...because(
    'equivalent',
    'within the bounds every zxid is known and every vote is for a voter: spec/election tests ELECTION-22 and ELECTION-32 one by one',
  )('election/looking.NOTIFICATION#3/remove'),
  ...because(
    'equivalent',
    'the vote is kept all the same (ELECTION-55), and counted when all are told again',
  )('election/looking.NOTIFICATION#6/remove'),
  ...because(
    'liveness only',
    'a server that has adopted a proposal has kept it, settles, and tells the elected server',
  )('election/looking.NOTIFICATION#6/drop-action-record'),
  ...because(
    'liveness only',
    'a server that doesn’t join in its round joins by what it hears outside of it (ELECTION-54)',
  )('election/looking.NOTIFICATION#7/remove'),
  ...because(
    'equivalent',
    'nothing depends on the wait (ELECTION-48): what arrives in it may be kept or dropped, and all are told again',
  )(
    'election/looking.settling.NOTIFICATION/negate-guard',
    'election/looking.settling.NOTIFICATION/drop-guard',
    'election/looking.settling.NOTIFICATION/remove',
  ),
  ...because(
    'equivalent',
    'an observer that asks is looking, and answered like any that looks (ELECTION-36)',
  )('election/following.NOTIFICATION#1/remove', 'election/leading.NOTIFICATION#1/remove'),
  ...because(
    'liveness only',
    'unrequested answers: they change no server (ELECTION-37), and cost time (ELECTION-63)',
  )(
    'election/following.NOTIFICATION#1/negate-guard',
    'election/following.NOTIFICATION#1/drop-guard',
    'election/following.NOTIFICATION#2/drop-guard',
    'election/leading.NOTIFICATION#1/negate-guard',
    'election/leading.NOTIFICATION#1/drop-guard',
    'election/leading.NOTIFICATION#2/drop-guard',
  ),
  ...because('equivalent', 'no server asks an observer: notifications go to voters (ELECTION-31)')(
    'election/observing.NOTIFICATION#1/negate-guard',
    'election/observing.NOTIFICATION#1/drop-guard',
    'election/observing.NOTIFICATION#1/drop-action-answer',
    'election/observing.NOTIFICATION#1/remove',
    'election/observing.NOTIFICATION#2/negate-guard',
    'election/observing.NOTIFICATION#2/drop-guard',
    'election/observing.NOTIFICATION#2/drop-action-answer',
    'election/observing.NOTIFICATION#2/remove',
    'election/observing.ESTABLISHED/drop-action-updateEpoch',
  ),
  ...because(
    'liveness only',
    'an observer that begins no round asks when it tells all again (ELECTION-35), and its vote never counts',
  )('election/observing.LOOK/drop-action-beginRound'),

  // Learner
  ...endsAnyway(
    'follower/discovery.GIVE_UP/drop-action-closeConnection',
    'follower/discovery.GIVE_UP/remove',
    'follower/synchronization.GIVE_UP/drop-action-closeConnection',
    'follower/synchronization.GIVE_UP/remove',
  ),
  ...because(
    'liveness only',
    'a learner that comes again takes the place of the one that its leader still has',
  )('follower/discovery.awaitingLeaderInfo.LEADERINFO#3/drop-action-closeConnection'),
  ...because(
    'equivalent',
    'the learner writes a snapshot where a log would do; since TRUNC does not cut snapshots but has it start over (BROADCAST-41), that costs time only',
  )('follower/synchronization.awaitingSync.DIFF#2/drop-action-beginDiff'),
  ...because(
    'equivalent',
    'nothing of the synchronization is in memory before the first packet of it',
  )('follower/synchronization.awaitingSync.TRUNC#1/drop-action-forgetSynchronization'),
  ...commutes(
    'follower/discovery.awaitingLeaderInfo.LEADERINFO#2/swap-rememberEpoch-ackEpochAgain',
    'follower/discovery.acceptingEpoch.WRITE/swap-writeAcceptedEpoch-ackEpoch',
    'follower/synchronization.GIVE_UP/swap-closeConnection-forgetSynchronization',
    'follower/synchronization.awaitingSync.TRUNC#1/swap-startOver-closeConnection',
    'follower/synchronization.awaitingSync.TRUNC#1/swap-closeConnection-forgetSynchronization',
  ),
  ...asserts(
    'follower/synchronization.receiving.PROPOSAL/drop-guard',
    'follower/synchronization.receiving.COMMIT#2/drop-guard',
    'follower/synchronization.receiving.INFORM#2/drop-guard',
  ),
  ...nothingToDo('follower/synchronization.receiving.NEWLEADER#2/drop-guard'),

  ...because(
    'equivalent',
    'starting over is always right, and costs time only',
  )('follower/synchronization.awaitingSync.TRUNC#1/drop-guard'),
  ...because(
    'liveness only',
    'it comes back as it was, and is told to cut again, until its leader is established and sends a snapshot',
  )('follower/synchronization.awaitingSync.TRUNC#1/drop-action-startOver'),
  ...because(
    'equivalent',
    'until the write is done the learner acknowledges no proposal, so nothing of the epoch is committed by it; BROADCAST-14 ranks what its log has',
  )('follower/synchronization.writingEpoch.WRITE/send-early'),
  ...because(
    'equivalent',
    'its leader ignores this acknowledgement (BROADCAST-57)',
  )('follower/synchronization.awaitingUptodate.UPTODATE/drop-action-ackUptodate'),
  ...commutes(
    'follower/synchronization.awaitingUptodate.UPTODATE/swap-ackUptodate-startServing',
    'follower/synchronization.writingEpoch.WRITE/swap-writeCurrentEpoch-ackNewLeader',
  ),
  ...asserts(
    'follower/broadcast.PROPOSAL/drop-guard',
    'follower/synchronization.awaitingUptodate.COMMIT/drop-guard',
    'follower/synchronization.awaitingUptodate.INFORM/drop-guard',
    'follower/synchronization.awaitingUptodate.PROPOSAL/drop-guard',
    'follower/synchronization.receiving.NEWLEADER#3/drop-guard',
  ),
  ...notSent(
    'follower/synchronization.awaitingUptodate.PING/drop-action-answerPing',
    'follower/synchronization.awaitingUptodate.PING/remove',
  ),

  // Leader
  ...because(
    'liveness only',
    'a leader that does not wait for a quorum may propose an epoch that some have passed: they leave it, and the next election tries again',
  )('leader/discovery.awaitingLearners.FOLLOWERINFO#1/drop-guard'),
  ...because(
    'equivalent',
    'the elected server has the best vote of a quorum, so what another has beyond it was never committed; synchronization cuts it',
  )('leader/discovery.awaitingEpochAcks.ACKEPOCH#1/remove'),
  ...because(
    'equivalent',
    'a quorum without the leader has the epoch on disk; and a log that is of the epoch raises the leader’s own when it starts (BROADCAST-14)',
  )('leader/synchronization.writingEpoch.WRITE#1/drop-action-writeCurrentEpoch'),
  ...because(
    'liveness only',
    'the leader’s own write waits for a quorum of followers',
  )('leader/synchronization.writingEpoch.WRITE#2/remove'),
  ...because('liveness only', 'a leader that proposes nothing')(
    'leader/broadcast.CLIENT/drop-action-propose',
    'leader/broadcast.CLIENT/remove',
    'leader/broadcast.REQUEST/drop-action-propose',
  ),
  ...commutes(
    'leader/GIVE_UP/swap-closeLearners-flushLog',
    'leader/discovery.acceptingEpoch.WRITE#1/swap-writeAcceptedEpoch-offerEpoch',
    'leader/discovery.acceptingEpoch.WRITE#2/swap-writeAcceptedEpoch-offerEpoch',
    'leader/synchronization.writingEpoch.WRITE#1/swap-writeCurrentEpoch-establish',
    'leader/synchronization.writingEpoch.WRITE#1/swap-establish-sendUptodate',
    'leader/synchronization.awaitingNewLeaderAcks.ACK#1/swap-addSynced-establish',
    'leader/synchronization.awaitingNewLeaderAcks.ACK#1/swap-establish-sendUptodate',
  ),
  ...asserts(
    'leader/discovery.awaitingEpochAcks.ACKEPOCH#3/drop-guard',
    'leader/synchronization.ACKEPOCH/drop-guard',
    'leader/synchronization.SYNCHRONIZED/drop-guard',
    'leader/synchronization.writingEpoch.ACK/drop-guard',
    'leader/synchronization.awaitingNewLeaderAcks.ACK#2/drop-guard',
  ),
  ...asserts(
    'leader/broadcast.ACK#3/drop-guard',
    'leader/broadcast.ACK#4/drop-guard',
    'leader/broadcast.ACKEPOCH/drop-guard',
    'leader/broadcast.SYNCHRONIZED/drop-guard',
  ),
  ...nothingToDo('leader/broadcast.LOG/drop-guard'),
  ...notSent('leader/broadcast.PING/remove', 'leader/broadcast.REVALIDATE/remove'),
  ...mayBeSaved('leader/broadcast.SNAPSHOT/drop-action-writeSnapshot', 'leader/broadcast.SNAPSHOT/remove'),
  ...failsLess(
    'leader/broadcast.DISK_ERROR/negate-guard',
    'leader/broadcast.DISK_ERROR/drop-guard',
    'leader/broadcast.DISK_ERROR/remove',
  ),
  ...commutes(
    'leader/broadcast.DISK_ERROR/swap-closeLearners-catchUpWithLog',
    'leader/broadcast.DISK_ERROR/swap-loseOldest-closeLearners',
  ),

  // Learner, in broadcast
  ...because(
    'equivalent',
    'what it acknowledges again is ignored, or counts once (BROADCAST-57)',
  )('follower/broadcast.LOG/drop-guard'),
  ...asserts('follower/broadcast.COMMIT/drop-guard', 'follower/broadcast.INFORM/drop-guard'),
  ...mayBeSaved('follower/broadcast.SNAPSHOT/drop-action-writeSnapshot'),
  ...because('liveness only', 'a learner that forwards nothing')(
    'follower/broadcast.CLIENT/drop-action-forwardRequest',
    'follower/broadcast.CLIENT/remove',
  ),
  ...notSent(
    'follower/broadcast.PING/drop-action-answerPing',
    'follower/broadcast.PING/remove',
    'follower/broadcast.SYNC/remove',
    'follower/broadcast.REVALIDATE/remove',
  ),
  ...failsLess(
    'follower/broadcast.DISK_ERROR/negate-guard',
    'follower/broadcast.DISK_ERROR/drop-guard',
    'follower/broadcast.DISK_ERROR/remove',
  ),
  ...commutes(
    'follower/broadcast.DISK_ERROR/swap-loseOldest-closeConnection',
    'follower/broadcast.DISK_ERROR/swap-closeConnection-catchUpWithLog',
    'follower/broadcast.GIVE_UP/swap-closeConnection-flushLog',
  ),
  ...endsAnyway(
    'follower/broadcast.GIVE_UP/drop-action-closeConnection',
    'follower/broadcast.GIVE_UP/remove',
  ),
]
