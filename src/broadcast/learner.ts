/**
 * A learner, that is a follower or an observer (BROADCAST-20 to 68): what a host reports to it, and what that leads to. Whatever
 * comes in is a turn of its own; what a host calls while it is called waits until the turn in progress is over. While it waits
 * for its disk it takes no message: what comes is kept for then. Once `left` was called, all is ignored.
 */
import type { Zxid } from '../../spec/vocabulary/index.js'
import { compile } from '../machine/compile.js'
import type { LeaderMessage } from '../wire/peer/quorum-message.js'
import { Fifo } from './fifo.js'
import { HalfTicks } from './half-ticks.js'
import type { LearnerHost, LearnerOptions } from './learner-host.js'
import type { Truncated } from './truncated.js'
import type { Forwarded, LearnerEvent } from './learner-context.js'
import { learnerMachine } from './learner-machine.js'
import { LearnerRole } from './learner-role.js'
import { Turns } from './turns.js'

const machine = compile(learnerMachine)
const broadcast = machine.stateOf('broadcast')
const receivingSnapshot = machine.stateOf('synchronization.receivingSnapshot')
/** States in which a durable effect is under way, or the tree is not whole. */
const busy = new Set([
  receivingSnapshot,
  ...[
    'discovery.acceptingEpoch',
    'synchronization.truncating',
    'synchronization.savingSnapshot',
    'synchronization.loggingCommitted',
    'synchronization.writingEpoch',
  ].map((name) => machine.stateOf(name)),
])

export class Learner {
  private at = machine.initial
  private readonly clock: HalfTicks
  private readonly role: LearnerRole
  private readonly turns = new Turns()
  /** Messages that wait for the disk. */
  private readonly inbox = new Fifo<LeaderMessage>()

  constructor(
    private readonly host: LearnerHost,
    options: LearnerOptions,
  ) {
    this.clock = new HalfTicks(options.tickTime)
    this.role = new LearnerRole(host, options, this.clock, () => this.state)
  }

  /** The state's path, such as `synchronization.receiving`. */
  get state(): string {
    return machine.stateName(this.at)
  }

  /** Whether it takes messages. A host stops reading while it does not; what it has read already is kept. */
  get isReading(): boolean {
    return !busy.has(this.at)
  }

  /** Whether clients are served. */
  get isServing(): boolean {
    return this.at === broadcast
  }

  /** The connection to the leader is there. */
  follow(): void {
    this.take({ type: 'FOLLOW' })
  }

  received(message: LeaderMessage): void {
    this.turns.take(() => {
      this.role.heardAt = this.clock.count
      if (this.isReading) this.step(message)
      else this.inbox.push(message)
    })
  }

  /** A snapshot's stream goes on: the leader is alive. */
  progress(): void {
    this.role.heardAt = this.clock.count
  }

  disconnected(): void {
    this.take({ type: 'CLOSED' })
  }

  acceptedEpochWritten(): void {
    this.take({ type: 'ACCEPTED_EPOCH_WRITTEN' })
  }

  truncated(result: Truncated): void {
    this.take({ type: 'TRUNCATED', result })
  }

  snapshotReceived(): void {
    this.take({ type: 'SNAPSHOT_RECEIVED' })
  }

  snapshotWritten(): void {
    this.take({ type: 'SNAPSHOT_WRITTEN' })
  }

  /** The log is durable up to a zxid. */
  logged(zxid: Zxid): void {
    this.take({ type: 'LOGGED', zxid })
  }

  currentEpochWritten(): void {
    this.take({ type: 'CURRENT_EPOCH_WRITTEN' })
  }

  /** The log, or another file, can't be written or cut. */
  logFailed(why: string): void {
    this.take({ type: 'LOG_FAILED', why })
  }

  /** Sends what a client asks of the leader; where it does not serve, nothing is sent. @returns whether it is sent */
  forward(request: Forwarded): boolean {
    if (!this.isServing) return false
    this.take({ type: 'FORWARD', request })
    return true
  }

  /** Tells the time: several times in half a tick. @param now milliseconds of a clock that does not go back */
  tick(now: number): void {
    this.turns.take(() => {
      if (machine.isFinal(this.at) || !this.clock.passed(now)) return
      // Its own disk keeps it from hearing anything; a snapshot that does not come is the leader's silence.
      if (busy.has(this.at) && this.at !== receivingSnapshot) this.role.heardAt = this.clock.count
      this.step({ type: 'HALF_TICK' })
    })
  }

  /** This server is to follow no longer. */
  giveUp(why: string): void {
    this.take({ type: 'GIVE_UP', why })
  }

  private take(event: LearnerEvent): void {
    this.turns.take(() => this.step(event))
  }

  private step(event: LearnerEvent): void {
    this.turn(event)
    while (this.isReading && this.inbox.length > 0 && !machine.isFinal(this.at)) {
      const message = this.inbox.shift()
      if (message !== undefined) this.turn(message)
    }
  }

  private turn(event: LearnerEvent): void {
    const before = this.at
    if (machine.isFinal(before)) return
    this.at = machine.step(before, this.role, event)
    this.host.turned?.(event, machine.stateName(before), this.state)
  }
}
