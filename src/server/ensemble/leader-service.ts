/**
 * A server that leads: its learners' connections, its clients, and the leader's core between them (`src/broadcast`). It does what
 * the core asks for, and tells it what came of it.
 */
import type { SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import { Leader } from '../../broadcast/leader.js'
import { defaultBacklogLimit, type LeaderHost } from '../../broadcast/leader-host.js'
import type { Leaving } from '../../broadcast/leaving.js'
import { nextTurn } from '../../platform/clock.js'
import type { Transaction } from '../../tree/txn.js'
import { MarshallingError } from '../../wire/index.js'
import type { LeaderMessage, LearnerMessage, TouchedSession } from '../../wire/peer/quorum-message.js'
import { leaderPacket } from '../../wire/peer/leader-message-bytes.js'
import { readLearnerMessage } from '../../wire/peer/learner-message-bytes.js'
import { QuorumPacketStream } from '../../wire/peer/quorum-packet.js'
import type { ServerCore } from '../core.js'
import { LeaderReplication } from '../replication/leader-replication.js'
import type { Link, LinkListener, PeerPort } from '../../platform/peer-network.js'
import type { Role, RoleParts } from './role.js'

type Of<Type extends LearnerMessage['type']> = Extract<LearnerMessage, { readonly type: Type }>

/** Bytes of a snapshot that may wait for a learner. */
const snapshotAhead = 1 << 20

/** A learner's connection. */
interface Connected {
  readonly link: Link
  readonly stream: QuorumPacketStream
  /** Known once it has said who it is. */
  sid: bigint
}

export class LeaderService implements Role, LeaderHost {
  readonly name = 'leading'
  readonly leader: Leader
  core: ServerCore | undefined
  private replication: LeaderReplication | undefined
  private readonly ports: PeerPort[] = []
  private readonly learners = new Map<number, Connected>()
  private nextConnection = 1
  /** The message encoded last: a proposal goes to all followers as it is. */
  private encoded: { readonly message: LeaderMessage; readonly bytes: Buffer } | undefined
  private isOver = false
  readonly turned: LeaderHost['turned']

  constructor(private readonly parts: RoleParts) {
    const { config, data, members, trace } = parts
    if (trace !== undefined) this.turned = (event, before, after) => trace.leaderTurn(event, before, after)
    this.leader = new Leader(this, {
      sid: members.sid,
      quorums: members.quorums,
      acceptedEpoch: data.epochs.accepted,
      currentEpoch: data.epochs.current,
      lastZxid: data.tree.lastProcessedZxid,
      committedLog: data.committedLog,
      tickTime: config.tickTime,
      initLimit: config.initLimit,
      syncLimit: config.syncLimit,
      config: members.configText,
      configVersion: 0n,
      forceSnapSync: false,
      backlogLimit: defaultBacklogLimit,
    })
  }

  get state(): string {
    return this.leader.state
  }

  /** Listens before it leads: a learner gives up on a port that refuses it. */
  async start(): Promise<void> {
    const { network, members } = this.parts
    try {
      for (const address of members.ownQuorumAddresses) {
        const port = await network.listen(address, (link) => this.accept(link))
        if (this.isOver) return void port.close()
        this.ports.push(port)
      }
      this.leader.lead()
    } catch (error) {
      this.left({ why: `the quorum port can't be had: ${String(error)}`, database: 'kept' })
    }
  }

  tick(now: number): void {
    this.leader.tick(now)
    this.flush()
  }

  logged(zxid: Zxid): void {
    this.leader.logged(zxid)
    this.flush()
  }

  logFailed(why: string): void {
    this.leader.logFailed(why)
  }

  giveUp(why: string): void {
    this.leader.giveUp(why)
  }

  // --- what the core asks for ---

  send(id: number, message: LeaderMessage): void {
    const learner = this.learners.get(id)
    if (learner === undefined) return
    if (this.encoded?.message !== message) this.encoded = { message, bytes: leaderPacket(message) }
    learner.link.send(this.encoded.bytes)
    const { unsent } = learner.link
    if (unsent > defaultBacklogLimit) this.leader.backlog(id, unsent)
  }

  close(id: number, why: string): void {
    const learner = this.learners.get(id)
    if (learner === undefined) return
    this.learners.delete(id)
    this.parts.logger.info(
      { learner: learner.link.peer, sid: String(learner.sid) },
      `connection closed: ${why}`,
    )
    learner.link.close()
  }

  writeAcceptedEpoch(epoch: number): void {
    this.durably(this.parts.data.epochs.writeAccepted(epoch), () => this.leader.acceptedEpochWritten())
  }

  writeCurrentEpoch(epoch: number): void {
    this.durably(this.parts.data.epochs.writeCurrent(epoch), () => this.leader.currentEpochWritten())
  }

  append(transaction: Transaction): void {
    this.parts.data.append(transaction)
  }

  commit(transaction: Transaction): void {
    this.parts.committed(transaction)
    this.core!.replicate(() => this.replication!.committed(transaction))
  }

  sendSnapshot(id: number, upTo: Zxid): void {
    this.streamSnapshot(id, upTo).catch((error: unknown) => this.parts.fail(error))
  }

  logFrom(zxid: Zxid, before: Zxid): readonly Transaction[] {
    return this.parts.data.logFrom(zxid, before)
  }

  sizeOf(transaction: Transaction): number {
    const { txn } = transaction
    const parts = txn.op === 'multi' ? txn.txns : [txn]
    return parts.reduce((sum, part) => sum + 200 + ('data' in part ? (part.data?.length ?? 0) : 0), 0)
  }

  established(epoch: number): void {
    const { parts } = this
    parts.logger.info({ epoch }, 'leading: a quorum follows')
    parts.established(epoch)
    // What the epoch begins with is applied: nothing (BROADCAST-10).
    parts.data.tree.lastProcessedZxid = BigInt(epoch) << 32n
    this.core = parts.serve((proposer) => (this.replication = new LeaderReplication(this.leader, proposer)))
  }

  left(leaving: Leaving): void {
    if (this.isOver) return
    this.isOver = true
    for (const { link } of this.learners.values()) link.close()
    this.learners.clear()
    for (const port of this.ports) void port.close()
    this.parts.left(leaving)
  }

  request(id: number, message: Of<'REQUEST'>): void {
    this.core!.replicate(() => this.replication!.request(this.sidOf(id), message))
  }

  sync(id: number): void {
    this.leader.answerSync(id)
  }

  revalidate(id: number, sessionId: SessionId, timeout: number): void {
    const isAlive = this.replication?.renew(this.sidOf(id), sessionId, timeout) ?? false
    this.leader.answerRevalidate(id, sessionId, isAlive)
  }

  touched(_id: number, sessions: readonly TouchedSession[]): void {
    const { core } = this
    if (core === undefined) return
    for (const { sessionId, timeout } of sessions)
      core.context.parts.sessions.touch(sessionId, timeout, this.parts.clock.now())
  }

  // --- connections ---

  private accept(link: Link): LinkListener {
    const id = this.nextConnection++
    const stream = new QuorumPacketStream(this.parts.packetLimit)
    this.learners.set(id, { link, stream, sid: -1n })
    this.leader.connected(id)
    return {
      received: (bytes) => this.receive(id, bytes),
      drained: () => {},
      ended: () => {
        if (this.learners.delete(id)) this.leader.disconnected(id)
        this.flush()
      },
    }
  }

  private receive(id: number, bytes: Buffer): void {
    const learner = this.learners.get(id)
    if (learner === undefined) return
    try {
      learner.stream.push(bytes)
      for (;;) {
        const packet = learner.stream.next()
        if (packet === undefined || !this.learners.has(id)) break
        const message = readLearnerMessage(packet)
        if ('sid' in message) learner.sid = message.sid
        this.leader.received(id, message)
      }
    } catch (error) {
      this.drop(id, error)
    }
    this.flush()
  }

  /** A learner sent what is no message: its connection ends, nobody else's. What we get wrong may have left a change half done. */
  private drop(id: number, error: unknown): void {
    if (!(error instanceof MarshallingError)) return this.parts.fail(error)
    this.close(id, error.message)
    this.leader.disconnected(id)
  }

  private async streamSnapshot(id: number, upTo: Zxid): Promise<void> {
    this.send(id, { type: 'SNAP', zxid: upTo })
    for (const chunk of this.parts.data.snapshotChunks()) {
      const learner = this.learners.get(id)
      if (learner === undefined) return
      learner.link.send(chunk)
      do await nextTurn(this.parts.clock)
      while (learner.link.unsent > snapshotAhead && this.learners.has(id))
      this.leader.progress(id)
    }
    this.leader.snapshotSent(id)
    this.flush()
  }

  /** Tells the core of a durable effect once it is done. */
  private durably(effect: Promise<void>, done: () => void): void {
    this.parts.data.busy(
      effect.then(
        () => {
          try {
            done()
            this.flush()
          } catch (error) {
            this.parts.fail(error)
          }
        },
        (error: unknown) => this.leader.logFailed(String(error)),
      ),
    )
  }

  private sidOf(id: number): bigint {
    return this.learners.get(id)?.sid ?? -1n
  }

  private flush(): void {
    this.core?.flush()
  }
}
