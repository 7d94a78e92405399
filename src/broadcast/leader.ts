/**
 * A leader (BROADCAST-20 to 69): what a host reports to it, and what that leads to. Whatever comes in is a turn of its own; what
 * a host calls while it is called waits until the turn in progress is over. Once `left` was called, all is ignored.
 */
import type { SessionId, Zxid } from '../../spec/vocabulary/index.js'
import { compile } from '../machine/compile.js'
import type { Transaction } from '../tree/txn.js'
import type { LearnerMessage } from '../wire/peer/quorum-message.js'
import { refusalOf } from './admission.js'
import { HalfTicks } from './half-ticks.js'
import type { LeaderHost, LeaderOptions } from './leader-host.js'
import type { LeaderEvent } from './leader-context.js'
import { leaderMachine } from './leader-machine.js'
import { LeaderRole } from './leader-role.js'
import { LearnerHandler } from './learner-handler.js'
import { Turns } from './turns.js'
import { lastEpoch } from './zxid.js'

const machine = compile(leaderMachine)
const broadcast = machine.stateOf('broadcast')

export class Leader {
  private at = machine.initial
  private readonly clock: HalfTicks
  private readonly role: LeaderRole
  private readonly turns = new Turns()

  /** @throws RangeError where the epoch that was accepted is the last there is */
  constructor(
    private readonly host: LeaderHost,
    private readonly options: LeaderOptions,
  ) {
    if (!(options.acceptedEpoch >= 0 && options.acceptedEpoch < lastEpoch))
      throw new RangeError(`accepted epoch ${options.acceptedEpoch}: must be 0 to ${lastEpoch - 1}`)
    this.clock = new HalfTicks(options.tickTime)
    this.role = new LeaderRole(host, options, this.clock)
  }

  /** The state's path, such as `discovery.awaitingLearners`. */
  get state(): string {
    return machine.stateName(this.at)
  }

  /** Whether a quorum follows, and writes are taken. */
  get isEstablished(): boolean {
    return this.at === broadcast
  }

  /** What it proposes as its epoch; fixed once a quorum has come. */
  get epoch(): number {
    return this.role.epoch
  }

  get lastProposed(): Zxid {
    return this.role.proposals.lastProposed
  }

  /** The election chose this server. */
  lead(): void {
    this.take({ type: 'LEAD' })
  }

  /** A server has connected. */
  connected(id: number): void {
    this.turns.take(() => {
      // BROADCAST-65
      if (machine.isFinal(this.at)) {
        this.host.close(id, 'this server does not lead')
        return
      }
      const learner = new LearnerHandler(id, this.role)
      learner.heardAt = this.clock.count
      this.role.learners.add(learner)
    })
  }

  received(id: number, message: LearnerMessage): void {
    this.ofLearner(id, (learner) => {
      learner.heardAt = this.clock.count
      if (
        (message.type === 'FOLLOWERINFO' || message.type === 'OBSERVERINFO') &&
        !this.admit(learner, message)
      )
        return
      this.step({ type: message.type, learner, message } as LeaderEvent)
    })
  }

  disconnected(id: number): void {
    this.ofLearner(id, (learner) => this.step({ type: 'CLOSED', learner }))
  }

  acceptedEpochWritten(): void {
    this.take({ type: 'ACCEPTED_EPOCH_WRITTEN' })
  }

  currentEpochWritten(): void {
    this.take({ type: 'CURRENT_EPOCH_WRITTEN' })
  }

  /** The log is durable up to a zxid. */
  logged(zxid: Zxid): void {
    this.take({ type: 'LOGGED', zxid })
  }

  /** The log, or another file, can't be written. */
  logFailed(why: string): void {
    this.take({ type: 'LOG_FAILED', why })
  }

  /** A snapshot's bytes go out: the learner reads. */
  progress(id: number): void {
    this.ofLearner(id, (learner) => {
      learner.heardAt = this.clock.count
    })
  }

  /** All of a snapshot is on its way: what is sent now comes behind it. */
  snapshotSent(id: number): void {
    this.ofLearner(id, (learner) => this.step({ type: 'SNAPSHOT_SENT', learner }))
  }

  /** How many bytes wait for a learner, a snapshot's stream left out (BROADCAST-69). Whenever there are more. */
  backlog(id: number, bytes: number): void {
    this.ofLearner(id, (learner) => this.role.checkBacklog(learner, bytes))
  }

  /**
   * Gives a write the next zxid. `build` makes its transaction; it is called at once, or after the turn in progress, and never
   * where this server does not lead, or the epoch has no zxid left and it stops leading.
   */
  propose(build: (zxid: Zxid) => Transaction): void {
    this.take({ type: 'PROPOSE', build })
  }

  /** Calls back once all that is proposed now is committed; never, if this server stops leading before. */
  whenCommitted(answer: () => void): void {
    this.turns.take(() => {
      if (this.isEstablished) this.role.whenCommitted(answer)
    })
  }

  /** A learner's `sync` has come behind all that was asked before it. */
  answerSync(id: number): void {
    this.whenCommitted(() => {
      if (this.role.learners.get(id) !== undefined) this.host.send(id, { type: 'SYNC' })
    })
  }

  answerRevalidate(id: number, sessionId: SessionId, isValid: boolean): void {
    this.ofLearner(id, () => this.host.send(id, { type: 'REVALIDATE', sessionId, isValid }))
  }

  /** Tells the time: several times in half a tick. @param now milliseconds of a clock that does not go back */
  tick(now: number): void {
    this.turns.take(() => {
      if (machine.isFinal(this.at) || !this.clock.passed(now)) return
      this.role.dropSilent()
      this.step({ type: 'HALF_TICK' })
    })
  }

  /** This server is to lead no longer. */
  giveUp(why: string): void {
    this.take({ type: 'GIVE_UP', why })
  }

  /** BROADCAST-68: whether a learner is taken. Another connection of the same server gives way to it. */
  private admit(
    learner: LearnerHandler,
    info: Extract<LearnerMessage, { readonly type: 'FOLLOWERINFO' | 'OBSERVERINFO' }>,
  ): boolean {
    // BROADCAST-67
    if (learner.info !== undefined) {
      this.role.refuseMessage({ type: info.type, learner, message: info })
      return false
    }
    const refusal = refusalOf(info, this.options)
    if (refusal !== undefined) {
      this.role.drop(learner, refusal)
      return false
    }
    learner.info = info
    learner.isVoter = info.type === 'FOLLOWERINFO'
    const earlier = this.role.learners.earlier(learner)
    if (earlier !== undefined) this.role.drop(earlier, `server ${learner.sid} has connected again`)
    return true
  }

  private ofLearner(id: number, turn: (learner: LearnerHandler) => void): void {
    this.turns.take(() => {
      const learner = this.role.learners.get(id)
      if (learner !== undefined && !machine.isFinal(this.at)) turn(learner)
    })
  }

  private take(event: LeaderEvent): void {
    this.turns.take(() => this.step(event))
  }

  private step(event: LeaderEvent): void {
    const before = this.at
    this.at = machine.step(before, this.role, event)
    this.host.turned?.(event, machine.stateName(before), this.state)
  }
}
