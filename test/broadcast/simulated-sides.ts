/** The hosts of a simulated server's roles: what a role asks goes to the disk's queue, the channels, the checks. */
import type { LeaderHost } from '../../src/broadcast/leader-host.js'
import type { LearnerHost } from '../../src/broadcast/learner-host.js'
import type { LearnerLeaving, Leaving } from '../../src/broadcast/leaving.js'
import type { LeaderMessage, LearnerMessage } from '../../src/wire/peer/quorum-message.js'
import type { Transaction } from '../../src/tree/txn.js'
import type { Connection } from './simulated-ensemble.js'
import type { SimulatedServer } from './simulated-server.js'

export class LeaderSide implements LeaderHost {
  constructor(private readonly server: SimulatedServer) {}

  send(id: number, message: LeaderMessage): void {
    const connection = this.server.connectionOf(id)
    if (connection === undefined)
      this.server.ensemble.fail(`${message.type} for connection ${id}, which is over`)
    else if (!connection.isCut) connection.toLearner.push(message)
  }

  close(id: number): void {
    const connection = this.server.connectionOf(id)
    if (connection !== undefined) this.server.endOfLearner(connection)
  }

  writeAcceptedEpoch(epoch: number): void {
    const { server } = this
    const { leader } = server
    server.writes.push({
      what: 'acceptedEpoch',
      durable: () => (server.disk.acceptedEpoch = Math.max(epoch, server.disk.acceptedEpoch)),
      done: () => leader?.acceptedEpochWritten(),
    })
  }

  writeCurrentEpoch(epoch: number): void {
    const { server } = this
    const { leader } = server
    server.writes.push({
      what: 'currentEpoch',
      durable: () => (server.disk.currentEpoch = epoch),
      done: () => leader?.currentEpochWritten(),
    })
  }

  append(transaction: Transaction): void {
    this.server.append(transaction)
  }

  commit(transaction: Transaction): void {
    this.server.memory.apply(transaction)
    this.server.ensemble.hasCommitted(this.server, transaction)
  }

  /** The snapshot is begun now, and goes out when the disk has read it: by then more is committed. */
  sendSnapshot(id: number, upTo: bigint): void {
    const { server } = this
    const { leader, memory } = server
    const begun = new Set(memory.applied)
    server.ensemble.tell(`${server.sid} sends a snapshot`)
    server.writes.push({
      what: 'snapshot',
      durable: () => undefined,
      done: () => {
        const connection = server.connectionOf(id)
        if (connection === undefined || server.leader !== leader) return
        // It caught every other one of what was applied in the meantime.
        const caught = memory.applied.filter((each, place) => begun.has(each) || place % 2 === 0)
        if (!connection.isCut) connection.toLearner.push({ type: 'SNAP', zxid: upTo })
        server.ensemble.snapshots.set(connection.id, { zxid: upTo, transactions: caught })
        leader?.snapshotSent(id)
      },
    })
  }

  sizeOf(): number {
    return 100
  }

  established(epoch: number): void {
    this.server.isEstablished(epoch)
  }

  left({ why, database }: Leaving): void {
    this.server.hasLeft(database, false, why)
  }

  request(_id: number, { cxid }: Extract<LearnerMessage, { type: 'REQUEST' }>): void {
    this.server.propose(cxid)
  }

  sync(): void {
    throw new Error('nobody asks for a sync')
  }

  revalidate(): void {
    throw new Error('nobody asks for a session')
  }

  touched(): void {
    // No sessions here.
  }
}

export class LearnerSide implements LearnerHost {
  constructor(
    private readonly server: SimulatedServer,
    private readonly connection: Connection,
  ) {}

  send(message: LearnerMessage): void {
    if (!this.connection.isCut) this.connection.toLeader.push(message)
  }

  close(): void {
    this.connection.cut()
    this.connection.isOverForLearner = true
  }

  writeAcceptedEpoch(epoch: number): void {
    const { server } = this
    this.write(
      'acceptedEpoch',
      () => (server.disk.acceptedEpoch = epoch),
      () => server.learner?.acceptedEpochWritten(),
    )
  }

  writeCurrentEpoch(epoch: number): void {
    const { server } = this
    this.write(
      'currentEpoch',
      () => (server.disk.currentEpoch = epoch),
      () => server.learner?.currentEpochWritten(),
    )
  }

  truncate(zxid: bigint): void {
    const { server } = this
    const { memory } = server
    server.ensemble.tell(`${server.sid} truncates`)
    let result: ReturnType<typeof memory.truncate> = { isCut: false }
    this.write(
      'truncate',
      () => (result = memory.truncate(zxid)),
      () => server.learner?.truncated(result),
    )
  }

  receiveSnapshot(): void {
    const { server, connection } = this
    const { learner } = server
    this.write(
      'receive',
      () => undefined,
      () => {
        const { zxid, transactions } = server.ensemble.snapshots.get(connection.id)!
        server.memory.takeTree(zxid, transactions)
        learner?.snapshotReceived()
      },
    )
  }

  beginEmpty(): void {
    this.server.memory.takeTree(0n, [])
  }

  writeSnapshot(): void {
    const { server } = this
    const { memory } = server
    this.write(
      'snapshot',
      () => memory.writeSynchronized(),
      () => server.learner?.snapshotWritten(),
    )
  }

  append(transaction: Transaction): void {
    this.server.append(transaction)
  }

  commit(transaction: Transaction): void {
    this.server.memory.apply(transaction)
    if (this.server.learner?.isServing === true) this.server.ensemble.checkServing(this.server)
  }

  serving(epoch: number): void {
    this.server.ensemble.tell(`${this.server.sid} serves in epoch ${epoch}`)
    this.server.ensemble.checkServing(this.server)
  }

  synced(): void {
    throw new Error('nobody asked for a sync')
  }

  revalidated(): void {
    throw new Error('nobody asked for a session')
  }

  takeTouched(): readonly never[] {
    return []
  }

  left({ why, database, startsOver }: LearnerLeaving): void {
    if (startsOver) this.server.ensemble.tell(`${this.server.sid} starts over`)
    this.close()
    this.server.hasLeft(database, startsOver, why)
  }

  private write(what: string, durable: () => void, done: () => void): void {
    this.server.writes.push({ what, durable, done })
  }
}
