/**
 * A server that follows or observes: its connection to the leader, its clients, and the learner's core between them
 * (`src/broadcast`). It does what the core asks for, and tells it what came of it.
 */
import type { SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import { Learner } from '../../broadcast/learner.js'
import type { LearnerHost } from '../../broadcast/learner-host.js'
import type { LearnerLeaving } from '../../broadcast/leaving.js'
import { pause } from '../../platform/clock.js'
import type { SnapshotIntake } from '../../storage/snapshot-stream.js'
import type { Transaction } from '../../tree/txn.js'
import { MarshallingError } from '../../wire/index.js'
import { readLeaderMessage } from '../../wire/peer/leader-message-bytes.js'
import { learnerPacket } from '../../wire/peer/learner-message-bytes.js'
import type { LearnerMessage, TouchedSession } from '../../wire/peer/quorum-message.js'
import { QuorumPacketStream } from '../../wire/peer/quorum-packet.js'
import type { ServerCore } from '../core.js'
import { LearnerReplication } from '../replication/learner-replication.js'
import type { Link, LinkListener } from '../../platform/peer-network.js'
import type { Role, RoleParts } from './role.js'

/** Ticks after which a leader that can't be reached is given up: it may have died since it was elected (ENSEMBLE-23). */
const ticksToReach = 2
/**
 * Milliseconds between two tries to reach a leader that does not listen yet. It settles on itself in the same moments in which this
 * server settles on it, and clients wait for both.
 */
const retryInterval = 10

export class LearnerService implements Role, LearnerHost {
  readonly name: 'following' | 'observing'
  core: ServerCore | undefined
  readonly turned: LearnerHost['turned']
  private readonly learner: Learner
  private readonly replication = new LearnerReplication((message) => void this.learner.forward(message))
  private readonly stream: QuorumPacketStream
  private link: Link | undefined
  /** A snapshot that is coming in. */
  private intake: SnapshotIntake | undefined
  private isOver = false

  constructor(
    private readonly parts: RoleParts,
    private readonly leader: bigint,
    private readonly startsOver: boolean,
  ) {
    const { config, data, members } = parts
    this.name = members.isObserver ? 'observing' : 'following'
    this.stream = new QuorumPacketStream(parts.packetLimit)
    const start = {
      isObserver: members.isObserver,
      acceptedEpoch: data.epochs.accepted,
      currentEpoch: data.epochs.current,
      lastZxid: data.tree.lastProcessedZxid,
      startsOver,
    }
    const { trace } = parts
    trace?.learnerBegins(start)
    if (trace !== undefined) this.turned = (event, before, after) => trace.learnerTurn(event, before, after)
    this.learner = new Learner(this, {
      ...start,
      sid: members.sid,
      committedLog: data.committedLog,
      tickTime: config.tickTime,
      initLimit: config.initLimit,
      syncLimit: config.syncLimit,
      configVersion: 0n,
    })
  }

  get state(): string {
    return this.learner.state
  }

  /** Connects: the leader may have been elected a moment ago, and not listen yet. */
  async start(): Promise<void> {
    const { clock, config, network, members } = this.parts
    const until = clock.elapsed() + Math.min(config.initLimit, ticksToReach) * config.tickTime
    let last: unknown
    while (!this.isOver && clock.elapsed() < until) {
      for (const address of members.quorumAddressesOf(this.leader)) {
        try {
          const link = await network.connect(address, until - clock.elapsed(), (made) => this.listen(made))
          if (this.isOver) link.close()
          else this.learner.follow()
          return
        } catch (error) {
          last = error
        }
      }
      await pause(clock, retryInterval)
    }
    if (!this.isOver) this.leaveUnconnected(`no connection to the leader: ${String(last)}`)
  }

  tick(now: number): void {
    this.learner.tick(now)
    this.flush()
  }

  logged(zxid: Zxid): void {
    this.proceed(() => this.learner.logged(zxid))
  }

  logFailed(why: string): void {
    this.learner.logFailed(why)
  }

  giveUp(why: string): void {
    if (this.link === undefined) this.leaveUnconnected(why)
    else this.learner.giveUp(why)
  }

  // --- what the core asks for ---

  send(message: LearnerMessage): void {
    this.parts.trace?.learnerSent(message)
    this.link?.send(learnerPacket(message))
  }

  close(why: string): void {
    this.parts.logger.info({ leader: String(this.leader) }, `connection closed: ${why}`)
    this.link?.close()
    this.link = undefined
  }

  writeAcceptedEpoch(epoch: number): void {
    this.durably(this.parts.data.epochs.writeAccepted(epoch), () => this.learner.acceptedEpochWritten())
  }

  writeCurrentEpoch(epoch: number): void {
    this.durably(this.parts.data.epochs.writeCurrent(epoch), () => this.learner.currentEpochWritten())
  }

  truncate(zxid: Zxid): void {
    this.durably(this.parts.data.truncate(zxid), (result) => this.learner.truncated(result))
  }

  receiveSnapshot(zxid: Zxid): void {
    this.intake = this.parts.data.beginSnapshot(zxid)
  }

  beginEmpty(): void {
    this.parts.data.beginEmpty()
  }

  writeSnapshot(): void {
    this.durably(this.parts.data.installSnapshot(), () => this.learner.snapshotWritten())
  }

  append(transaction: Transaction): void {
    this.parts.data.append(transaction)
  }

  commit(transaction: Transaction): void {
    const { core } = this
    // Before it serves, what it applies is what its leader has; a quorum may still be missing.
    if (core === undefined) return this.parts.data.apply(transaction)
    this.parts.committed(transaction)
    core.replicate(() => this.replication.committed(transaction))
  }

  serving(epoch: number): void {
    this.parts.logger.info({ epoch, leader: String(this.leader) }, `${this.name}: up to date`)
    this.parts.established(epoch)
    this.core = this.parts.serve(() => this.replication)
  }

  synced(): void {
    this.core?.replicate(() => this.replication.synced())
  }

  revalidated(sessionId: SessionId, isValid: boolean): void {
    this.core?.replicate(() => this.replication.revalidated(sessionId, isValid))
  }

  takeTouched(): readonly TouchedSession[] {
    const heard = this.core?.context.parts.sessions.takeHeard() ?? new Map<SessionId, number>()
    return [...heard].map(([sessionId, timeout]) => ({ sessionId, timeout }))
  }

  left(leaving: LearnerLeaving): void {
    if (this.isOver) return
    this.isOver = true
    this.link?.close()
    this.parts.left(leaving)
  }

  /** Nothing has come of it: what this server has is as it was. */
  private leaveUnconnected(why: string): void {
    this.left({ why, database: 'kept', startsOver: this.startsOver })
  }

  // --- the connection ---

  private listen(link: Link): LinkListener {
    this.link = link
    return {
      received: (bytes) => {
        this.stream.push(bytes)
        this.proceed(() => {})
      },
      drained: () => {},
      ended: () => {
        this.link = undefined
        this.learner.disconnected()
        this.flush()
      },
    }
  }

  /** Something has happened, after which the learner may take messages again. */
  private proceed(event: () => void): void {
    if (this.isOver) return
    try {
      event()
      this.takeMessages()
    } catch (error) {
      // What the leader gets wrong ends the connection; what we get wrong may have left a change half done.
      if (!(error instanceof MarshallingError)) return this.parts.fail(error)
      this.close(error.message)
      this.learner.disconnected()
    }
    this.flush()
    // Whoever is not read keeps what it has to say: the disk sets the pace.
    if (this.learner.isReading || this.intake !== undefined) this.link?.resume()
    else this.link?.pause()
  }

  private takeMessages(): void {
    while (!this.isOver) {
      if (this.intake !== undefined) {
        if (!this.takeSnapshot(this.intake)) return
        continue
      }
      if (!this.learner.isReading) return
      const packet = this.stream.next()
      if (packet === undefined) return
      this.learner.received(readLeaderMessage(packet))
    }
  }

  /** Whether the snapshot is whole: what follows it are messages again. */
  private takeSnapshot(intake: SnapshotIntake): boolean {
    const rest = intake.push(this.stream.takeRest())
    this.learner.progress()
    if (rest === undefined) return false
    this.stream.push(rest)
    this.intake = undefined
    this.parts.data.takeSnapshot()
    this.learner.snapshotReceived()
    return true
  }

  /** Tells the core of a durable effect once it is done. */
  private durably<T>(effect: Promise<T>, done: (result: T) => void): void {
    this.parts.data.busy(
      effect.then(
        (result) => this.proceed(() => done(result)),
        (error: unknown) => this.learner.logFailed(String(error)),
      ),
    )
  }

  private flush(): void {
    this.core?.flush()
  }
}
