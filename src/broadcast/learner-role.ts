/** What a learner keeps, and what it does at each turn of its machine. */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import { Acknowledgements } from './acknowledgements.js'
import type { HalfTicks } from './half-ticks.js'
import { KeptProposals } from './kept-proposals.js'
import { protocolVersion } from './learner-handler.js'
import type { LearnerHost, LearnerOptions } from './learner-host.js'
import type { LearnerContext, LearnerEvent, On } from './learner-context.js'
import type { DatabaseAfter } from './leaving.js'
import { counterOf, formatZxid } from './zxid.js'

export class LearnerRole implements LearnerContext {
  /** The leader's epoch, once LEADERINFO told it. */
  epoch = 0
  /** The half tick in which the leader was last heard of, or this server was busy with its disk. */
  heardAt = 0
  /** What the leader sent, and is not committed; in broadcast, what waits for its COMMIT. */
  private readonly kept: KeptProposals
  private readonly acks: Acknowledgements
  /** What is committed goes to the log first; after SNAP and TRUNC to memory, and a snapshot keeps it (BROADCAST-44). */
  private isDiff = false
  private isStartingOver: boolean
  private truncateTo: Zxid = 0n
  private whyLeft = ''

  constructor(
    private readonly host: LearnerHost,
    private readonly options: LearnerOptions,
    private readonly clock: HalfTicks,
    /** The state's path, for messages to people. */
    private readonly stateName: () => string,
  ) {
    this.isStartingOver = options.startsOver
    this.kept = new KeptProposals(this.lastZxid)
    this.acks = new Acknowledgements((message) => host.send(message))
  }

  // Discovery

  /** BROADCAST-20 */
  sendInfo(): void {
    const { sid, isObserver, acceptedEpoch, configVersion } = this.options
    const type = isObserver ? 'OBSERVERINFO' : 'FOLLOWERINFO'
    this.host.send({ type, acceptedEpoch, sid, protocolVersion, configVersion })
  }

  /** BROADCAST-24 */
  isNewEpoch({ epoch, ...info }: On<'LEADERINFO'>): boolean {
    return info.protocolVersion >= protocolVersion && epoch > this.options.acceptedEpoch
  }

  /** BROADCAST-25 */
  isAcceptedEpoch({ epoch, ...info }: On<'LEADERINFO'>): boolean {
    return info.protocolVersion >= protocolVersion && epoch === this.options.acceptedEpoch
  }

  rememberEpoch({ epoch }: On<'LEADERINFO'>): void {
    this.epoch = epoch
  }

  writeAcceptedEpoch(): void {
    this.host.writeAcceptedEpoch(this.epoch)
  }

  ackEpoch(): void {
    const { currentEpoch } = this.options
    this.host.send({ type: 'ACKEPOCH', currentEpoch, lastZxid: this.lastZxid })
  }

  ackEpochAgain(): void {
    this.host.send({ type: 'ACKEPOCH', currentEpoch: -1, lastZxid: this.lastZxid })
  }

  // Synchronization

  startsOver(): boolean {
    return this.isStartingOver
  }

  /** BROADCAST-40 */
  beginDiff(): void {
    this.isDiff = true
  }

  /** BROADCAST-41 */
  beginEmpty(): void {
    this.options.committedLog.clear()
    this.host.beginEmpty()
  }

  truncate({ zxid }: On<'TRUNC'>): void {
    this.truncateTo = zxid
    this.host.truncate(zxid)
  }

  /** BROADCAST-41, BROADCAST-43: a log that ends before the zxid lacks what the leader takes this server to have. */
  isCut({ result }: On<'TRUNCATED'>): boolean {
    return result.isCut && (result.lastZxid >= this.truncateTo || counterOf(this.truncateTo) === 0n)
  }

  goOnFromCut({ result }: On<'TRUNCATED'>): void {
    if (result.isCut) this.kept.beginAfter(result.lastZxid)
  }

  startOver(): void {
    this.isStartingOver = true
  }

  /** BROADCAST-42 */
  receiveSnapshot({ zxid }: On<'SNAP'>): void {
    this.options.committedLog.clear()
    this.kept.beginAfter(zxid)
    this.host.receiveSnapshot(zxid)
  }

  /** BROADCAST-43 */
  isNextProposal({ transaction }: On<'PROPOSAL' | 'INFORM'>): boolean {
    return this.kept.isNext(transaction)
  }

  isNextInform(event: On<'INFORM'>): boolean {
    return this.options.isObserver && this.kept.isAllCommitted && this.isNextProposal(event)
  }

  isDiffAndNextInform(event: On<'INFORM'>): boolean {
    return this.isDiff && this.isNextInform(event)
  }

  /** BROADCAST-44, BROADCAST-55: a COMMIT names the oldest that is not committed. */
  isNextCommit({ zxid }: On<'COMMIT'>): boolean {
    return this.kept.nextCommit === zxid
  }

  isDiffAndNextCommit(event: On<'COMMIT'>): boolean {
    return this.isDiff && this.isNextCommit(event)
  }

  keepProposal({ transaction }: On<'PROPOSAL' | 'INFORM'>): void {
    this.kept.keep(transaction)
  }

  keepCommit(): void {
    this.kept.committed++
  }

  commitOldest(): void {
    const transaction = this.kept.take()
    if (transaction !== undefined) this.commit(transaction)
  }

  /** BROADCAST-47 */
  isOfEpoch({ epoch }: On<'NEWLEADER'>): boolean {
    return epoch === this.epoch
  }

  needsSnapshot(event: On<'NEWLEADER'>): boolean {
    return this.isOfEpoch(event) && !this.isDiff
  }

  hasCommitted(event: On<'NEWLEADER'>): boolean {
    return this.isOfEpoch(event) && !this.options.isObserver && this.kept.committed > 0
  }

  /** BROADCAST-45 */
  writeSnapshot(): void {
    this.host.writeSnapshot()
  }

  goOnFromSnapshot(): void {
    this.isStartingOver = false
  }

  /** BROADCAST-46 */
  logCommitted(): void {
    for (const transaction of this.kept.list(this.kept.committed)) this.host.append(transaction)
  }

  isCommittedLogged({ zxid }: On<'LOGGED'>): boolean {
    const last = this.kept.list(this.kept.committed).at(-1)
    return last !== undefined && zxid >= last.header.zxid
  }

  commitLogged(): void {
    for (const transaction of this.kept.takeCommitted()) this.commit(transaction)
  }

  writeCurrentEpoch(): void {
    this.host.writeCurrentEpoch(this.epoch)
  }

  ackNewLeader(): void {
    this.acks.epochWritten(this.epoch)
  }

  // Broadcast

  ackUptodate(): void {
    this.acks.epochWritten(this.epoch)
  }

  /** BROADCAST-49: what came between NEWLEADER and UPTODATE goes the way of proposals and commits. */
  startServing(): void {
    const { isObserver } = this.options
    for (const transaction of this.kept.list(isObserver ? this.kept.committed : undefined))
      this.log(transaction)
    for (const transaction of this.kept.takeCommitted()) this.commit(transaction)
    this.host.serving(this.epoch)
  }

  isFollowerAndNextProposal(event: On<'PROPOSAL'>): boolean {
    return !this.options.isObserver && this.isNextProposal(event)
  }

  /** BROADCAST-52 */
  logProposal({ transaction }: On<'PROPOSAL'>): void {
    this.kept.keep(transaction)
    this.log(transaction)
  }

  ackLogged({ zxid }: On<'LOGGED'>): void {
    this.acks.logged(zxid)
  }

  /** BROADCAST-56 */
  logInform(event: On<'INFORM'>): void {
    this.keepProposal(event)
    this.log(event.transaction)
    this.commitOldest()
  }

  /** BROADCAST-50 */
  forward({ request }: On<'FORWARD'>): void {
    this.host.send(request)
  }

  /** BROADCAST-59 */
  answerPing(): void {
    this.host.send({ type: 'PING', touched: this.host.takeTouched() })
  }

  handUpSync(): void {
    this.host.synced()
  }

  handUpRevalidated({ sessionId, isValid }: On<'REVALIDATE'>): void {
    this.host.revalidated(sessionId, isValid)
  }

  // Leaving

  /** BROADCAST-60 */
  isSilentForInitLimit(): boolean {
    return this.clock.count - this.heardAt > 2 * this.options.initLimit
  }

  isSilentForSyncLimit(): boolean {
    return this.clock.count - this.heardAt > 2 * this.options.syncLimit
  }

  closeConnection(event: LearnerEvent): void {
    this.whyLeft = this.reasonOf(event)
    if (event.type !== 'CLOSED') this.host.close(this.whyLeft)
  }

  leaveKept(): void {
    this.leave('kept')
  }

  /** BROADCAST-64 */
  leaveFromDisk(): void {
    this.leave('fromDisk')
  }

  /** BROADCAST-63 */
  leaveWithLog(): void {
    this.leave('withLog')
  }

  private leave(database: DatabaseAfter): void {
    this.host.left({ why: this.whyLeft, database, startsOver: this.isStartingOver })
  }

  /** Its last zxid; an empty server's, where it starts over (BROADCAST-41). */
  private get lastZxid(): Zxid {
    return this.isStartingOver ? 0n : this.options.lastZxid
  }

  /** An observer acknowledges nothing. */
  private log(transaction: Transaction): void {
    if (!this.options.isObserver) this.acks.expect(transaction.header.zxid)
    this.host.append(transaction)
  }

  private commit(transaction: Transaction): void {
    this.options.committedLog.add(transaction)
    this.host.commit(transaction)
  }

  private reasonOf(event: LearnerEvent): string {
    switch (event.type) {
      case 'CLOSED':
        return 'the connection to the leader has ended'
      case 'GIVE_UP':
      case 'LOG_FAILED':
        return event.why
      case 'HALF_TICK':
        return `the leader was silent for ${(this.clock.count - this.heardAt) / 2} ticks`
      case 'TRUNCATED':
        return `the leader would have this server cut to ${formatZxid(this.truncateTo)}, which its disk can't be: it comes back as an empty server`
      case 'LEADERINFO':
        return `the leader offers epoch ${event.epoch}, protocol version 0x${event.protocolVersion.toString(16)}, after epoch ${this.options.acceptedEpoch} was accepted`
      default:
        return `the leader sent ${describe(event)}, which has no place in ${this.stateName()}: ${this.expected()}`
    }
  }

  private expected(): string {
    const { nextCommit, lastZxid } = this.kept
    const due = nextCommit === undefined ? 'no proposal waits' : `${formatZxid(nextCommit)} is next to commit`
    return `the last proposal was ${formatZxid(lastZxid)}, ${due}, the epoch is ${this.epoch}`
  }
}

function describe(event: LearnerEvent): string {
  if (event.type === 'PROPOSAL' || event.type === 'INFORM')
    return `${event.type} ${formatZxid(event.transaction.header.zxid)}`
  if ('zxid' in event) return `${event.type} ${formatZxid(event.zxid)}`
  return 'epoch' in event ? `${event.type} of epoch ${event.epoch}` : event.type
}
