/** What a leader keeps, and what it does at each turn of its machine. */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import type { LeaderMessage, LearnerMessage } from '../wire/peer/quorum-message.js'
import { aheadText } from './admission.js'
import { CommitWaiters } from './commit-waiters.js'
import type { HalfTicks } from './half-ticks.js'
import type { Arrival, Info, LeaderContext, LeaderEvent, On } from './leader-context.js'
import type { LeaderHost, LeaderOptions } from './leader-host.js'
import { type LearnerHandler, type LearnersLeader, stages } from './learner-handler.js'
import type { LearnerHandlerEvent } from './learner-handler-machine.js'
import { Learners } from './learners.js'
import { Proposals } from './proposals.js'
import { choose } from './synchronize.js'
import { VotersSet } from './voters-set.js'
import { counterOf, formatZxid, lastCounter, makeZxid } from './zxid.js'

export class LeaderRole implements LeaderContext, LearnersLeader {
  /** What it proposes as its epoch. */
  epoch = 0
  readonly config: string | null
  readonly learners = new Learners()
  readonly proposals: Proposals
  private readonly connected: VotersSet
  private readonly accepted: VotersSet
  private readonly synced: VotersSet
  private lastProcessed: Zxid
  private readonly waiting = new CommitWaiters()
  private phaseBegan = 0
  private isEstablished = false

  constructor(
    private readonly host: LeaderHost,
    private readonly options: LeaderOptions,
    private readonly clock: HalfTicks,
  ) {
    const { sid, quorums, config, lastZxid } = options
    this.config = config
    this.lastProcessed = lastZxid
    this.proposals = new Proposals(sid, quorums)
    this.connected = new VotersSet(quorums)
    this.accepted = new VotersSet(quorums)
    this.synced = new VotersSet(quorums)
  }

  // For its learners' connections

  send(id: number, message: LeaderMessage): void {
    this.host.send(id, message)
  }

  sizeOf(transaction: Transaction): number {
    return this.host.sizeOf(transaction)
  }

  // Discovery

  /** BROADCAST-21 */
  beginLeading(): void {
    this.proposeEpochAfter(this.options.acceptedEpoch)
    this.connected.add(this.options.sid)
  }

  isQuorumAlone(): boolean {
    return this.options.quorums.isQuorum(new Set([this.options.sid]))
  }

  makesQuorumConnected({ learner }: Info): boolean {
    return this.connected.isQuorumWith(learner.voter)
  }

  addLearner(event: Info): void {
    const { learner, message } = event
    this.keepLearner(event)
    this.proposeEpochAfter(message.acceptedEpoch)
    if (learner.isVoter) this.connected.add(learner.sid)
  }

  /** A learner that comes once the epoch is fixed has no say in it. */
  keepLearner({ learner }: Info): void {
    this.advance(learner, 'INFO')
  }

  addLateLearner(event: Info): void {
    this.keepLearner(event)
    this.advance(event.learner, 'OFFER')
  }

  /** BROADCAST-22 */
  writeAcceptedEpoch(): void {
    this.host.writeAcceptedEpoch(this.epoch)
  }

  /** BROADCAST-23: the leader accepts its own epoch, and offers it to those who came. */
  offerEpoch(): void {
    this.accepted.add(this.options.sid)
    for (const learner of this.learners.all())
      if (learner.stage === stages.informed) this.advance(learner, 'OFFER')
  }

  isOffered({ learner }: { readonly learner: LearnerHandler }): boolean {
    return learner.stage === stages.offered
  }

  /** BROADCAST-27 */
  isAhead(event: On<'ACKEPOCH'>): boolean {
    const { currentEpoch, lastZxid } = event.message
    const own = this.options.currentEpoch
    return (
      this.isOffered(event) &&
      (currentEpoch > own || (currentEpoch === own && lastZxid > this.options.lastZxid))
    )
  }

  refuseAhead({ learner, message }: On<'ACKEPOCH'>): void {
    this.drop(learner, aheadText(learner.sid, message, this.options))
  }

  makesQuorumAccepted(event: On<'ACKEPOCH'>): boolean {
    return this.isOffered(event) && this.accepted.isQuorumWith(acceptedBy(event))
  }

  /** BROADCAST-28; who had accepted the epoch before does not count again (BROADCAST-25). */
  acceptLearner(event: On<'ACKEPOCH'>): void {
    const { learner, message } = event
    const sid = acceptedBy(event)
    if (sid !== undefined) this.accepted.add(sid)
    learner.lastZxid = message.lastZxid
    this.advance(learner, 'WAIT')
  }

  // Synchronization

  beginPhase(): void {
    this.phaseBegan = this.clock.count
  }

  synchronizeWaiting(): void {
    for (const learner of this.learners.all()) if (learner.stage === stages.waiting) this.synchronize(learner)
  }

  synchronizeLate({ learner, message }: On<'ACKEPOCH'>): void {
    learner.lastZxid = message.lastZxid
    this.synchronize(learner)
  }

  isSynchronizing({ learner }: On<'SNAPSHOT_SENT'>): boolean {
    return learner.stage === stages.synchronizing && learner.isSentSnapshot
  }

  finishSynchronization({ learner }: On<'SNAPSHOT_SENT'>): void {
    this.advance(learner, 'SENT')
  }

  /** From here on the learner gets what is proposed and committed; what is outstanding it gets now (BROADCAST-36). */
  beginSynchronization(learner: LearnerHandler): void {
    const { committedLog, forceSnapSync } = this.options
    const choice = choose(
      { lastProcessed: this.lastProcessed, committedLog, forceSnapSync, host: this.host },
      learner.lastZxid,
    )
    if (choice.type === 'SNAP') {
      learner.isSentSnapshot = true
      this.host.sendSnapshot(learner.id, choice.upTo)
    } else learner.sendChosen(choice)
    if (!learner.isVoter) return
    for (const transaction of this.proposals.after(choice.upTo))
      learner.sendLacking({ type: 'PROPOSAL', transaction })
  }

  /** BROADCAST-30 */
  writeCurrentEpoch(): void {
    this.host.writeCurrentEpoch(this.epoch)
  }

  addItselfSynced(): void {
    this.synced.add(this.options.sid)
  }

  makesQuorumWithItself(): boolean {
    return this.synced.isQuorumWith(this.options.sid)
  }

  /** BROADCAST-38 */
  isNewLeaderAck({ learner, message }: On<'ACK'>): boolean {
    return learner.stage === stages.newLeader && message.zxid === makeZxid(this.epoch, 0n)
  }

  makesQuorumSynced(event: On<'ACK'>): boolean {
    return this.isNewLeaderAck(event) && this.synced.isQuorumWith(event.learner.voter)
  }

  addSynced({ learner }: On<'ACK'>): void {
    this.advance(learner, 'ACKED')
    learner.synchronizationSize = 0
    if (learner.isVoter) this.synced.add(learner.sid)
  }

  // Broadcast

  /** BROADCAST-39: with a quorum behind it, what the leader has is what the service has; its zxids begin anew. */
  establish(): void {
    const zxid = makeZxid(this.epoch, 0n)
    this.proposals.begin(zxid)
    this.lastProcessed = zxid
    this.isEstablished = true
    this.host.established(this.epoch)
  }

  sendUptodate(): void {
    for (const learner of this.learners.all())
      if (learner.stage === stages.acked) this.advance(learner, 'UPTODATE')
  }

  /** BROADCAST-51 */
  isCounterUsedUp(): boolean {
    return counterOf(this.proposals.lastProposed) + 1n >= (this.options.counterLimit ?? lastCounter)
  }

  propose({ build }: On<'PROPOSE'>): void {
    const zxid = this.proposals.lastProposed + 1n
    const transaction = build(zxid)
    if (transaction.header.zxid !== zxid)
      throw new RangeError(
        `a transaction with zxid ${formatZxid(transaction.header.zxid)}: must be ${formatZxid(zxid)}`,
      )
    this.proposals.add(transaction)
    this.host.append(transaction)
    this.forward(this.learners.followers, { type: 'PROPOSAL', transaction })
  }

  ackOwn({ zxid }: On<'LOGGED'>): void {
    this.proposals.ackOwn(zxid)
  }

  /** Each proposal is acknowledged in its turn; one that was committed without the learner's needs none. */
  isOutstandingAck({ learner, message }: On<'ACK'>): boolean {
    const { lastCommitted, lastProposed } = this.proposals
    const last = learner.acknowledged > lastCommitted ? learner.acknowledged : lastCommitted
    return learner.stage === stages.uptodate && message.zxid === last + 1n && message.zxid <= lastProposed
  }

  /** BROADCAST-57. Of what was there before this epoch all is committed, once the learner has NEWLEADER on disk. */
  isKnownAck({ learner, message }: On<'ACK'>): boolean {
    const { zxid } = message
    return (
      (learner.stage === stages.acked || learner.stage === stages.uptodate) &&
      (zxid <= makeZxid(this.epoch, 0n) ||
        zxid <= this.proposals.lastCommitted ||
        zxid <= learner.acknowledged)
    )
  }

  addAck({ learner, message }: On<'ACK'>): void {
    learner.acknowledged = message.zxid
  }

  /** BROADCAST-54 */
  commitAcked(): void {
    const next = () => this.proposals.takeCommitted(this.learners.followers)
    for (let transaction = next(); transaction !== undefined; transaction = next()) this.commit(transaction)
  }

  serves({ learner }: On<'REQUEST' | 'SYNC' | 'REVALIDATE' | 'PING'>): boolean {
    return learner.stage === stages.uptodate
  }

  handUp({ learner: { id }, message }: On<'REQUEST' | 'SYNC' | 'REVALIDATE' | 'PING'>): void {
    if (message.type === 'REQUEST') this.host.request(id, message)
    else if (message.type === 'SYNC') this.host.sync(id, message)
    else if (message.type === 'REVALIDATE') this.host.revalidate(id, message.sessionId, message.timeout)
    else this.host.touched(id, message.touched)
  }

  /** BROADCAST-59 */
  pingLearners(): void {
    const ping: LeaderMessage = { type: 'PING', zxid: this.proposals.lastProposed }
    for (const learner of this.learners.all())
      if (learner.stage === stages.uptodate) this.host.send(learner.id, ping)
  }

  /** Answers once all that is outstanding now is committed. */
  whenCommitted(answer: () => void): void {
    const { lastProposed, lastCommitted } = this.proposals
    if (lastProposed === lastCommitted) answer()
    else this.waiting.add(lastProposed, answer)
  }

  // Leaving

  isPhaseOver(): boolean {
    return this.clock.count - this.phaseBegan > 2 * this.options.initLimit
  }

  hearsNoQuorum(): boolean {
    return !this.options.quorums.isQuorum(new Set(this.heard))
  }

  /** BROADCAST-61 */
  dropLearner({ learner }: { readonly learner: LearnerHandler }): void {
    this.learners.remove(learner)
  }

  /** Ends a learner's connection. */
  drop(learner: LearnerHandler, why: string): void {
    this.dropLearner({ learner })
    this.host.close(learner.id, why)
  }

  /** BROADCAST-67 */
  refuseMessage({ learner, message }: Arrival<LearnerMessage>): void {
    const zxid = message.type === 'ACK' ? ` ${formatZxid(message.zxid)}` : ''
    this.drop(
      learner,
      `server ${learner.sid} sent ${message.type}${zxid}, which has no place where its connection is ${learner.stageName}`,
    )
  }

  /** BROADCAST-62: learners that owe an answer, and are silent. */
  dropSilent(): void {
    const { initLimit, syncLimit } = this.options
    for (const learner of this.learners.all()) {
      const ticks = learner.stage === stages.uptodate ? syncLimit : initLimit
      if (learner.owesAnswer && this.clock.count - learner.heardAt > 2 * ticks)
        this.drop(learner, `server ${learner.sid} was silent for ${ticks} ticks while ${learner.stageName}`)
    }
  }

  /** BROADCAST-69 @param waiting bytes that wait to be sent to it */
  checkBacklog(learner: LearnerHandler, waiting: number): void {
    const { backlogLimit } = this.options
    if (waiting > backlogLimit + learner.synchronizationSize)
      this.drop(learner, `server ${learner.sid} reads too slowly: ${waiting} bytes wait for it`)
  }

  leave(event: LeaderEvent): void {
    for (const { id } of this.learners.all()) this.host.close(id, 'this server stops leading')
    this.host.left({ why: this.whyLeft(event), database: 'withLog' })
  }

  private whyLeft(event: LeaderEvent): string {
    if (event.type === 'GIVE_UP' || event.type === 'LOG_FAILED') return event.why
    if (this.isEstablished && event.type === 'HALF_TICK')
      return `no quorum of learners is left: servers ${this.heard.join(', ')}`
    if (event.type === 'PROPOSE') return `epoch ${this.epoch} has no zxid left`
    return (
      `no quorum of learners: connected ${this.connected.toString()}; ` +
      `accepted epoch ${this.epoch}: ${this.accepted.toString()}; synchronized: ${this.synced.toString()}`
    )
  }

  /** This server, and the followers that are here. */
  private get heard(): readonly bigint[] {
    return [this.options.sid, ...this.learners.followers.map(({ sid }) => sid)]
  }

  private proposeEpochAfter(acceptedEpoch: number): void {
    this.epoch = Math.max(this.epoch, acceptedEpoch + 1)
  }

  private synchronize(learner: LearnerHandler): void {
    this.advance(learner, 'SYNCHRONIZE')
    this.learners.sort()
    if (!learner.isSentSnapshot) this.advance(learner, 'SENT')
  }

  /** A turn of a learner's connection. */
  private advance(learner: LearnerHandler, type: LearnerHandlerEvent['type']): void {
    learner.turn({ type })
    learner.heardAt = this.clock.count
  }

  private commit(transaction: Transaction): void {
    const { zxid } = transaction.header
    this.lastProcessed = zxid
    this.options.committedLog.add(transaction)
    this.host.commit(transaction)
    this.forward(this.learners.followers, { type: 'COMMIT', zxid })
    this.forward(this.learners.observers, { type: 'INFORM', transaction })
    this.waiting.committed(zxid)
  }

  private forward(learners: readonly LearnerHandler[], message: LeaderMessage): void {
    for (const learner of learners) {
      learner.forward(message)
      if (learner.isSentSnapshot) this.checkBacklog(learner, learner.queuedSize)
    }
  }
}

function acceptedBy({ learner, message }: On<'ACKEPOCH'>): bigint | undefined {
  return message.currentEpoch === -1 ? undefined : learner.voter
}
