/** A learner as its leader knows it: one connection, how far it has come, and what it acknowledged on it. */
import type { Zxid } from '../../spec/vocabulary/index.js'
import { compile, type StateNumber } from '../machine/compile.js'
import type { Transaction } from '../tree/txn.js'
import type { LeaderMessage, LearnerInfo } from '../wire/peer/quorum-message.js'
import {
  type LearnerHandlerContext,
  type LearnerHandlerEvent,
  learnerHandlerMachine,
} from './learner-handler-machine.js'
import type { LogChoice } from './synchronize.js'

/** The protocol's version (BROADCAST-20): Zab 1.0. */
export const protocolVersion = 0x10000

/** What a connection needs of its leader. */
export interface LearnersLeader {
  readonly epoch: number
  /** The text of the ensemble's configuration, for NEWLEADER. */
  readonly config: string | null
  send(id: number, message: LeaderMessage): void
  /** Bytes of a transaction on the wire, roughly. */
  sizeOf(transaction: Transaction): number
  /** Sends what the learner lacks, or begins its snapshot. */
  beginSynchronization(learner: LearnerHandler): void
}

const machine = compile(learnerHandlerMachine)
/** The machine's states as the numbers that {@link LearnerHandler.stage} has. */
export const stages = {
  connected: machine.stateOf('connected'),
  informed: machine.stateOf('informed'),
  offered: machine.stateOf('offered'),
  waiting: machine.stateOf('waiting'),
  synchronizing: machine.stateOf('synchronizing'),
  newLeader: machine.stateOf('newLeader'),
  acked: machine.stateOf('acked'),
  uptodate: machine.stateOf('uptodate'),
} as const

/** What a message without a transaction takes, roughly, in bytes. */
const plainSize = 24
const uptodateZxid = -1n

export class LearnerHandler implements LearnerHandlerContext {
  /** How far it has come: a state of the machine. */
  stage: StateNumber = machine.initial
  /** Who it is; undefined until it says so. */
  info: LearnerInfo | undefined
  /** A participant that follows: it is sent proposals, and its acknowledgements count. */
  isVoter = false
  /** Its last zxid, from ACKEPOCH. */
  lastZxid: Zxid = 0n
  /** The last proposal that it acknowledged on this connection. It goes with the connection (BROADCAST-61). */
  acknowledged: Zxid = 0n
  /** It is sent a snapshot. What is proposed and committed meanwhile is queued. */
  isSentSnapshot = false
  /** The half tick in which it was last heard of, or came to its stage. */
  heardAt = 0
  /** Bytes that its synchronization sent, and those that are queued. */
  synchronizationSize = 0
  queuedSize = 0
  private queue: LeaderMessage[] = []

  constructor(
    readonly id: number,
    private readonly leader: LearnersLeader,
  ) {}

  /** -1 until it says who it is. */
  get sid(): bigint {
    return this.info?.sid ?? -1n
  }

  /** Whose word counts; undefined for an observer. */
  get voter(): bigint | undefined {
    return this.isVoter ? this.sid : undefined
  }

  /** Whether it is its turn to say something. */
  get owesAnswer(): boolean {
    return (
      this.stage === stages.connected ||
      this.stage === stages.offered ||
      this.stage === stages.synchronizing ||
      this.stage === stages.newLeader ||
      this.stage === stages.uptodate
    )
  }

  /** The stage by its name. */
  get stageName(): string {
    return machine.stateName(this.stage)
  }

  /** Whether it is sent what is proposed and committed: it is being synchronized, or was. */
  get isForwarded(): boolean {
    return (
      this.stage === stages.synchronizing ||
      this.stage === stages.newLeader ||
      this.stage === stages.acked ||
      this.stage === stages.uptodate
    )
  }

  /** A turn of the machine. @throws Error where the machine has none: the leader has lost count */
  turn(event: LearnerHandlerEvent): void {
    const before = this.stage
    this.stage = machine.step(before, this, event)
    if (this.stage === before)
      throw new Error(`a learner that is ${machine.stateName(before)} takes no ${event.type}`)
  }

  /** What is proposed or committed: at once, or behind the snapshot. */
  forward(message: LeaderMessage): void {
    if (!this.isSentSnapshot) {
      this.leader.send(this.id, message)
      return
    }
    this.queue.push(message)
    this.queuedSize += this.sizeOf(message)
  }

  /** What the learner is synchronized with, which does not count against it (BROADCAST-69). */
  sendLacking(message: LeaderMessage): void {
    if (!this.isSentSnapshot) this.synchronizationSize += this.sizeOf(message)
    this.forward(message)
  }

  /** BROADCAST-33: each committed transaction is a proposal, and its commit. */
  sendChosen({ type, zxid, transactions }: LogChoice): void {
    this.sendLacking({ type, zxid })
    for (const transaction of transactions) {
      this.sendLacking({ type: 'PROPOSAL', transaction })
      this.sendLacking({ type: 'COMMIT', zxid: transaction.header.zxid })
    }
  }

  sendEpoch(): void {
    this.leader.send(this.id, { type: 'LEADERINFO', epoch: this.leader.epoch, protocolVersion })
  }

  beginSynchronization(): void {
    this.leader.beginSynchronization(this)
  }

  /** BROADCAST-37 */
  sendQueue(): void {
    const { queue } = this
    this.synchronizationSize += this.queuedSize
    this.queue = []
    this.queuedSize = 0
    this.isSentSnapshot = false
    for (const message of queue) this.leader.send(this.id, message)
  }

  sendNewLeader(): void {
    const { epoch, config } = this.leader
    this.leader.send(this.id, { type: 'NEWLEADER', epoch, config })
  }

  sendUptodate(): void {
    this.leader.send(this.id, { type: 'UPTODATE', zxid: uptodateZxid })
  }

  private sizeOf(message: LeaderMessage): number {
    return 'transaction' in message ? plainSize + this.leader.sizeOf(message.transaction) : plainSize
  }
}
