/** A leader under test: its host writes down what it is asked, and takes the spec's events as a server would report them. */
import type { Disk, Ensemble, LeaderPacket } from '../../spec/broadcast/broadcast-types.js'
import type { LeaderContext, LeaderEvent } from '../../spec/broadcast/leader-context.js'
import { majority } from './majority.js'
import { Leader } from '../../src/broadcast/leader.js'
import type { LeaderHost, LeaderOptions } from '../../src/broadcast/leader-host.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import type { LeaderMessage, LearnerMessage } from '../../src/wire/peer/quorum-message.js'
import type { Transaction } from '../../src/tree/txn.js'
import { MemoryServer } from './memory-server.js'
import { abstract, concrete, transaction } from './transactions.js'

export const diskOf = (disk: Disk) => ({
  ...disk,
  snapshot: { zxid: BigInt(disk.snapshot.zxid), transactions: disk.snapshot.txns.map(concrete) },
  log: disk.log.map(concrete),
})

export const limits = { tickTime: 2000, initLimit: 10, syncLimit: 5 }

/** A packet of the spec, or a message, in the same words. */
export function packetText(packet: LeaderPacket): string {
  switch (packet.type) {
    case 'LEADERINFO':
    case 'NEWLEADER':
      return `${packet.type} ${packet.epoch}`
    case 'PROPOSAL':
    case 'INFORM':
      return `${packet.type} ${packet.txn.zxid} ${packet.txn.request}`
    case 'DIFF':
    case 'TRUNC':
    case 'SNAP':
    case 'COMMIT':
      return `${packet.type} ${packet.zxid}`
    default:
      return packet.type
  }
}

export function messageText(message: LeaderMessage): string {
  if (message.type === 'PROPOSAL' || message.type === 'INFORM')
    return packetText({ type: message.type, txn: abstract(message.transaction) })
  if (message.type === 'UPTODATE' || message.type === 'PING') return message.type
  if ('zxid' in message) return `${message.type} ${message.zxid}`
  return 'epoch' in message ? `${message.type} ${message.epoch}` : message.type
}

export class LeaderRig implements LeaderHost {
  readonly server: MemoryServer
  readonly leader: Leader
  readonly commits: (Transaction | string)[] = []
  readonly expectedCommits: (Transaction | string)[] = []
  readonly closed: number[] = []
  readonly expectedClosed: number[] = []
  readonly whys: string[] = []
  readonly asked: string[] = []
  /** An epoch is being written. */
  mayWrite = false
  nextRequest = 1000
  private writes: (() => void) | undefined
  private readonly streams = new Map<number, string[]>()
  private readonly sids = new Map<number, number>()
  private readonly ids = new Map<number, number>()
  /** Connections that neither side has ended. */
  private readonly open = new Set<number>()
  private readonly acked = new Map<number, number>()
  private nextId = 1
  private isLogLost = false

  constructor(ensemble: Ensemble, disk: Disk, options: Partial<LeaderOptions> = {}) {
    this.server = new MemoryServer(diskOf(disk), ensemble.committedLogLimit)
    const { acceptedEpoch, currentEpoch } = disk
    this.leader = new Leader(this, {
      ...limits,
      sid: 1n,
      quorums: majority(ensemble.participants),
      acceptedEpoch,
      currentEpoch,
      lastZxid: this.server.lastZxid,
      committedLog: this.server.committedLog,
      config: null,
      configVersion: 0n,
      forceSnapSync: ensemble.forceSnapSync,
      backlogLimit: 1_000_000,
      counterLimit: BigInt(ensemble.counterLimit),
      ...options,
    })
  }

  streamOf(sid: number): readonly string[] {
    return this.streams.get(sid) ?? []
  }

  ackedBy(sid: number): number {
    return this.acked.get(sid) ?? 0
  }

  diskNow(): Disk {
    const { snapshot, log, acceptedEpoch, currentEpoch } = this.server.disk
    return {
      acceptedEpoch,
      currentEpoch,
      snapshot: { zxid: Number(snapshot.zxid), txns: snapshot.transactions.map(abstract) },
      log: log.map(abstract),
    }
  }

  /** A new connection of a server. @returns its id */
  connect(sid: number): number {
    const id = this.nextId++
    this.sids.set(id, sid)
    this.ids.set(sid, id)
    this.open.add(id)
    this.streams.set(sid, [])
    this.acked.delete(sid)
    this.leader.connected(id)
    return id
  }

  disconnect(sid: number): void {
    const id = this.ids.get(sid) ?? 0
    this.open.delete(id)
    this.leader.disconnected(id)
  }

  say(sid: number, message: LearnerMessage): void {
    this.leader.received(this.ids.get(sid) ?? 0, message)
  }

  /** The spec's event as the leader is told of it. */
  take(event: LeaderEvent, { ensemble }: Pick<LeaderContext, 'ensemble'>): void {
    const { leader } = this
    switch (event.type) {
      case 'LEAD':
        leader.lead()
        return
      case 'WRITE':
        this.write()
        return
      case 'LOG': {
        const logged = this.server.logOldest()
        if (logged !== undefined) leader.logged(logged.header.zxid)
        return
      }
      case 'CLIENT':
        leader.propose((zxid) => transaction(zxid, event.request))
        return
      case 'REQUEST':
        this.say(event.from, request(event.request))
        return
      case 'FOLLOWERINFO':
      case 'OBSERVERINFO':
        this.connect(event.from)
        this.say(event.from, info(event.from, event.acceptedEpoch, ensemble))
        return
      case 'ACKEPOCH':
        this.say(event.from, {
          type: 'ACKEPOCH',
          currentEpoch: event.currentEpoch,
          lastZxid: BigInt(event.lastZxid),
        })
        return
      case 'ACK':
        this.acked.set(event.from, Math.max(event.zxid, this.ackedBy(event.from)))
        this.say(event.from, { type: 'ACK', zxid: BigInt(event.zxid) })
        return
      case 'SYNCHRONIZED':
        leader.snapshotSent(this.ids.get(event.to) ?? 0)
        return
      case 'CLOSED':
        this.disconnect(event.from)
        return
      case 'DISK_ERROR':
        this.isLogLost = true
        leader.logFailed('the disk is broken')
        return
      case 'GIVE_UP':
        leader.giveUp('told to')
        return
      case 'PING':
        this.say(event.from, { type: 'PING', touched: [] })
        return
      case 'SNAPSHOT':
      case 'REVALIDATE':
        throw new Error(`no test draws ${event.type}`)
    }
  }

  /** The write that is under way is done. */
  write(): void {
    const { writes } = this
    this.writes = undefined
    this.mayWrite = false
    writes?.()
  }

  send(id: number, message: LeaderMessage): void {
    if (!this.open.has(id)) throw new Error(`${message.type} on connection ${id}, which has ended`)
    this.streams.get(this.sids.get(id) ?? 0)?.push(messageText(message))
  }

  close(id: number, why: string): void {
    this.open.delete(id)
    this.closed.push(this.sids.get(id) ?? 0)
    this.whys.push(why)
  }

  writeAcceptedEpoch(epoch: number): void {
    this.begin(() => {
      this.server.disk.acceptedEpoch = epoch
      this.leader.acceptedEpochWritten()
    })
  }

  writeCurrentEpoch(epoch: number): void {
    this.begin(() => {
      this.server.disk.currentEpoch = epoch
      this.leader.currentEpochWritten()
    })
  }

  append(appended: Transaction): void {
    this.server.toLog.push(appended)
  }

  commit(committed: Transaction): void {
    this.commits.push(committed)
    this.server.apply(committed)
  }

  sendSnapshot(id: number, upTo: bigint): void {
    this.send(id, { type: 'SNAP', zxid: upTo })
  }

  sizeOf(): number {
    return 100
  }

  established(epoch: number): void {
    this.commits.push(`established ${epoch}`)
    this.server.lastZxid = makeZxid(epoch, 0n)
  }

  left({ why, database }: Parameters<LeaderHost['left']>[0]): void {
    this.whys.push(why)
    this.server.leave(database, this.isLogLost)
  }

  request(_id: number, { cxid }: Extract<LearnerMessage, { type: 'REQUEST' }>): void {
    this.leader.propose((zxid) => transaction(zxid, cxid))
  }

  sync(id: number, message: Extract<LearnerMessage, { type: 'SYNC' }>): void {
    this.asked.push(`sync ${message.cxid}`)
    this.leader.answerSync(id)
  }

  revalidate(id: number, sessionId: bigint, timeout: number): void {
    this.asked.push(`revalidate ${sessionId} ${timeout}`)
    this.leader.answerRevalidate(id, sessionId, true)
  }

  touched(_id: number, sessions: readonly { readonly sessionId: bigint }[]): void {
    this.asked.push(`touched ${sessions.map(({ sessionId }) => sessionId).join()}`)
  }

  private begin(write: () => void): void {
    this.mayWrite = true
    this.writes = write
  }
}

export function request(cxid: number): Extract<LearnerMessage, { type: 'REQUEST' }> {
  return { type: 'REQUEST', sessionId: 1n, cxid, op: 5, body: Buffer.alloc(0), identities: [] }
}

export function info(
  sid: number,
  acceptedEpoch: number,
  { observers }: Pick<Ensemble, 'observers'> = { observers: [] },
): Extract<LearnerMessage, { type: 'FOLLOWERINFO' | 'OBSERVERINFO' }> {
  return {
    type: observers.includes(sid) ? 'OBSERVERINFO' : 'FOLLOWERINFO',
    acceptedEpoch,
    sid: BigInt(sid),
    protocolVersion: 0x10000,
    configVersion: 0n,
  }
}
