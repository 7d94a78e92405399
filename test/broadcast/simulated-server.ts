/** A server of the simulated ensemble: a disk that does one write at a time, a memory that a crash takes, and a role. */
import { Leader } from '../../src/broadcast/leader.js'
import { Learner } from '../../src/broadcast/learner.js'
import type { LearnerMessage, LeaderMessage } from '../../src/wire/peer/quorum-message.js'
import type { DatabaseAfter } from '../../src/broadcast/leaving.js'
import type { Transaction } from '../../src/tree/txn.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import { limits } from './leader-rig.js'
import { emptyDisk, MemoryServer } from './memory-server.js'
import type { Connection, SimulatedEnsemble } from './simulated-ensemble.js'
import { LeaderSide, LearnerSide } from './simulated-sides.js'

/** A durable effect: what it does to the disk, and who is told. */
export interface Write {
  readonly what: string
  durable(): void
  done(): void
}

export class SimulatedServer {
  life: 'down' | 'looking' | 'leading' | 'following' = 'looking'
  memory: MemoryServer
  leader: Leader | undefined
  learner: Learner | undefined
  /** Its connection to the leader. */
  connection: Connection | undefined
  /** In order: what the disk is asked. */
  writes: Write[] = []
  private readonly learners = new Map<number, Connection>()
  private startsOver = false

  constructor(
    readonly sid: number,
    readonly isObserver: boolean,
    readonly ensemble: SimulatedEnsemble,
  ) {
    this.memory = new MemoryServer(emptyDisk(), ensemble.shape.committedLogLimit)
  }

  get disk() {
    return this.memory.disk
  }

  get hasWork(): boolean {
    return this.writes.length > 0
  }

  hasOnDisk({ header }: Transaction): boolean {
    const { snapshot, log } = this.disk
    return [...snapshot.transactions, ...log].some(
      (each) => each.header.zxid === header.zxid && each.header.cxid === header.cxid,
    )
  }

  doNextWrite(): void {
    const write = this.writes.shift()
    if (write === undefined) return
    write.durable()
    this.checkEpochs()
    write.done()
  }

  /** BROADCAST-79 */
  private checkEpochs(): void {
    const { acceptedEpoch, currentEpoch } = this.disk
    if (currentEpoch > acceptedEpoch)
      this.ensemble.fail(`${this.sid}: epoch ${currentEpoch} after ${acceptedEpoch}`)
  }

  // Faults

  /** It loses all but its disk; so many writes that were under way are durable all the same. */
  crash(durable: number): void {
    if (this.life === 'down') return
    this.ensemble.tell(`${this.sid} crashes`)
    for (const write of this.writes.slice(0, durable)) write.durable()
    this.checkEpochs()
    this.life = 'down'
    this.leader = undefined
    this.learner = undefined
    this.startsOver = false
    this.writes = []
    for (const connection of this.learners.values()) {
      connection.cut()
      connection.isOverForLeader = true
    }
    this.learners.clear()
    if (this.connection !== undefined) {
      this.connection.cut()
      this.connection.isOverForLearner = true
      this.connection = undefined
    }
  }

  start(): void {
    if (this.life !== 'down') return
    this.memory = new MemoryServer(this.disk, this.ensemble.shape.committedLogLimit)
    this.memory.recoverEpoch()
    this.life = 'looking'
    this.ensemble.tell(`${this.sid} starts`)
  }

  giveUp(): void {
    this.leader?.giveUp('told to')
    this.learner?.giveUp('told to')
  }

  /** The next append fails, and none after it is written. */
  failLog(): void {
    if (this.memory.toLog.length === 0) return
    this.ensemble.tell(`${this.sid} loses its log`)
    this.memory.toLog = []
    this.writes = this.writes.filter(({ what }) => what !== 'append')
    this.leader?.logFailed('broken')
    this.learner?.logFailed('broken')
  }

  tick(now: number): void {
    this.leader?.tick(now)
    this.learner?.tick(now)
  }

  // Roles

  private get begun() {
    const { acceptedEpoch, currentEpoch } = this.disk
    return {
      ...limits,
      sid: BigInt(this.sid),
      acceptedEpoch,
      currentEpoch,
      lastZxid: this.memory.lastZxid,
      committedLog: this.memory.committedLog,
      configVersion: 0n,
    }
  }

  lead(): void {
    this.life = 'leading'
    this.startsOver = false
    this.ensemble.tell(`${this.sid} leads`)
    const { quorums, shape } = this.ensemble
    this.leader = new Leader(new LeaderSide(this), {
      ...this.begun,
      quorums,
      config: null,
      forceSnapSync: shape.forceSnapSync,
      backlogLimit: 1_000_000,
    })
    this.leader.lead()
  }

  follow(connection: Connection): void {
    this.life = 'following'
    this.connection = connection
    this.ensemble.tell(`${this.sid} follows ${connection.leader.sid}`)
    this.learner = new Learner(new LearnerSide(this, connection), {
      ...this.begun,
      isObserver: this.isObserver,
      startsOver: this.startsOver,
    })
    this.learner.follow()
  }

  welcome(connection: Connection): void {
    if (this.leader === undefined) {
      connection.cut()
      connection.isOverForLeader = true
      return
    }
    this.learners.set(connection.id, connection)
    this.leader.connected(connection.id)
  }

  /** What a role that is left asks of its server (BROADCAST-63, 64). Writes that are under way are done first. */
  hasLeft(database: DatabaseAfter, startsOver: boolean, why: string): void {
    this.ensemble.tell(`${this.sid} leaves ${why}`)
    this.leader = undefined
    this.learner = undefined
    this.startsOver = startsOver
    for (const connection of this.learners.values()) this.endOfLearner(connection)
    this.connection = undefined
    const { writes } = this
    this.writes = []
    for (const write of writes) write.durable()
    this.memory.leave(database)
    this.life = 'looking'
    this.checkEpochs()
  }

  takeFromLearner(connection: Connection, message: LearnerMessage): void {
    this.leader?.received(connection.id, message)
  }

  takeFromLeader(_connection: Connection, message: LeaderMessage): void {
    this.learner?.received(message)
  }

  /** The end of a connection comes to be known here. */
  loseLearner(connection: Connection): void {
    connection.isOverForLeader = true
    this.learners.delete(connection.id)
    this.leader?.disconnected(connection.id)
  }

  loseLeader(connection: Connection): void {
    connection.isOverForLearner = true
    if (this.connection === connection) this.learner?.disconnected()
  }

  connectionOf(id: number): Connection | undefined {
    return this.learners.get(id)
  }

  endOfLearner(connection: Connection): void {
    this.learners.delete(connection.id)
    connection.isOverForLeader = true
    connection.cut()
  }

  // Clients

  ask(request: number): boolean {
    if (this.leader?.isEstablished === true) {
      this.propose(request)
      return true
    }
    return (
      this.learner?.forward({
        type: 'REQUEST',
        sessionId: 1n,
        cxid: request,
        op: 5,
        body: Buffer.alloc(0),
        identities: [],
      }) === true
    )
  }

  propose(request: number): void {
    this.leader?.propose((zxid) => ({
      header: { clientId: 1n, cxid: request, zxid, time: 0, type: 5 },
      txn: { op: 'setData', path: '/a', data: null, version: request },
    }))
  }

  append(transaction: Transaction): void {
    const { memory } = this
    memory.toLog.push(transaction)
    this.writes.push({
      what: 'append',
      durable: () => void memory.logOldest(),
      done: () => {
        this.leader?.logged(transaction.header.zxid)
        this.learner?.logged(transaction.header.zxid)
      },
    })
  }

  isEstablished(epoch: number): void {
    this.memory.lastZxid = makeZxid(epoch, 0n)
    this.ensemble.hasEstablished(this, epoch)
  }
}
