/** A learner under test: its host writes down what it is asked, and takes the spec's events as a server would report them. */
import type { Disk, Ensemble } from '../../spec/broadcast/broadcast-types.js'
import type { FollowerEvent } from '../../spec/broadcast/follower-actions.js'
import { Learner } from '../../src/broadcast/learner.js'
import type { LearnerHost, LearnerOptions } from '../../src/broadcast/learner-host.js'
import type { LearnerLeaving } from '../../src/broadcast/leaving.js'
import type { LeaderMessage, LearnerMessage } from '../../src/wire/peer/quorum-message.js'
import type { Transaction } from '../../src/tree/txn.js'
import { diskOf, limits, request } from './leader-rig.js'
import { MemoryServer } from './memory-server.js'
import { abstract, concrete } from './transactions.js'

/** A message to the leader in the words of the spec's packet. */
function messageText(message: LearnerMessage): string {
  switch (message.type) {
    case 'FOLLOWERINFO':
    case 'OBSERVERINFO':
      return `${message.type} ${message.acceptedEpoch}`
    case 'ACKEPOCH':
      return `ACKEPOCH ${message.currentEpoch} ${message.lastZxid}`
    case 'ACK':
      return `ACK ${message.zxid}`
    case 'REQUEST':
      return `REQUEST ${message.cxid}`
    default:
      return message.type
  }
}

export class LearnerRig implements LearnerHost {
  readonly server: MemoryServer
  readonly learner: Learner
  readonly sent: string[] = []
  readonly whys: string[] = []
  readonly told: string[] = []
  leaving: LearnerLeaving | undefined
  /** A durable effect that is under way, but the log's. */
  writes: (() => void) | undefined
  private isLogLost = false

  constructor(ensemble: Ensemble, disk: Disk, options: Partial<LearnerOptions> = {}) {
    this.server = new MemoryServer(diskOf(disk), ensemble.committedLogLimit)
    const { acceptedEpoch, currentEpoch } = disk
    this.learner = new Learner(this, {
      ...limits,
      sid: 2n,
      isObserver: false,
      acceptedEpoch,
      currentEpoch,
      lastZxid: this.server.lastZxid,
      startsOver: false,
      committedLog: this.server.committedLog,
      configVersion: 0n,
      ...options,
    })
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

  /** The spec's event as the learner is told of it. */
  take(event: FollowerEvent): void {
    const { learner } = this
    switch (event.type) {
      case 'FOLLOW':
        learner.follow()
        return
      case 'WRITE':
        this.write()
        return
      case 'LOG':
        this.logOne()
        return
      case 'CLIENT':
        learner.forward(request(event.request))
        return
      case 'CLOSED':
        learner.disconnected()
        return
      case 'GIVE_UP':
        learner.giveUp('told to')
        return
      case 'DISK_ERROR':
        this.isLogLost = true
        learner.logFailed('the disk is broken')
        return
      case 'SNAP':
        learner.received({ type: 'SNAP', zxid: BigInt(event.zxid) })
        this.server.takeTree(BigInt(event.zxid), event.txns.map(concrete))
        learner.snapshotReceived()
        return
      case 'SNAPSHOT':
        throw new Error(`no test draws ${event.type}`)
      default:
        learner.received(messageOf(event))
    }
  }

  /** The write that is under way is done; where that is the log's, all that waits for it. */
  write(): void {
    const { writes } = this
    this.writes = undefined
    if (writes !== undefined) writes()
    else while (this.server.toLog.length > 0) this.logOne()
  }

  private logOne(): void {
    const logged = this.server.logOldest()
    if (logged !== undefined) this.learner.logged(logged.header.zxid)
  }

  send(message: LearnerMessage): void {
    this.sent.push(messageText(message))
  }

  close(why: string): void {
    this.whys.push(why)
  }

  writeAcceptedEpoch(epoch: number): void {
    this.writes = () => {
      this.server.disk.acceptedEpoch = epoch
      this.learner.acceptedEpochWritten()
    }
  }

  writeCurrentEpoch(epoch: number): void {
    this.writes = () => {
      this.server.disk.currentEpoch = epoch
      this.learner.currentEpochWritten()
    }
  }

  truncate(zxid: bigint): void {
    this.writes = () => this.learner.truncated(this.server.truncate(zxid))
  }

  receiveSnapshot(zxid: bigint): void {
    this.told.push(`receive ${zxid}`)
  }

  beginEmpty(): void {
    this.server.takeTree(0n, [])
  }

  writeSnapshot(): void {
    this.writes = () => {
      this.server.writeSynchronized()
      this.learner.snapshotWritten()
    }
  }

  append(transaction: Transaction): void {
    this.server.toLog.push(transaction)
  }

  commit(transaction: Transaction): void {
    this.server.apply(transaction)
  }

  serving(epoch: number): void {
    this.told.push(`serving ${epoch}`)
  }

  synced(): void {
    this.told.push('synced')
  }

  revalidated(sessionId: bigint, isValid: boolean): void {
    this.told.push(`revalidated ${sessionId} ${isValid}`)
  }

  takeTouched(): readonly { readonly sessionId: bigint; readonly timeout: number }[] {
    return []
  }

  left(leaving: LearnerLeaving): void {
    this.leaving = leaving
    this.whys.push(leaving.why)
    this.server.leave(leaving.database, this.isLogLost)
  }
}

type Packet = Exclude<Extract<FollowerEvent, { readonly from: number }>, { readonly type: 'CLOSED' | 'SNAP' }>

function messageOf(packet: Packet): LeaderMessage {
  switch (packet.type) {
    case 'LEADERINFO':
      return { type: 'LEADERINFO', epoch: packet.epoch, protocolVersion: 0x10000 }
    case 'NEWLEADER':
      return { type: 'NEWLEADER', epoch: packet.epoch, config: null }
    case 'PROPOSAL':
    case 'INFORM':
      return { type: packet.type, transaction: concrete(packet.txn) }
    case 'DIFF':
    case 'TRUNC':
    case 'COMMIT':
      return { type: packet.type, zxid: BigInt(packet.zxid) }
    case 'UPTODATE':
      return { type: 'UPTODATE', zxid: -1n }
    case 'PING':
      return { type: 'PING', zxid: 0n }
    case 'SYNC':
      return { type: 'SYNC' }
    case 'REVALIDATE':
      return { type: 'REVALIDATE', sessionId: 1n, isValid: true }
  }
}
