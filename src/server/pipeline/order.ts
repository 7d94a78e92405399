/**
 * Runs the order of one session's requests (`machine.ts`): what is answered now, what waits behind a write. Every request has
 * one reply, in its turn (WIRE-31, WIRE-91).
 * A session keeps its order when it moves to another connection, so that its reads wait for its own writes there too.
 */
import { compile } from '../../machine/compile.js'
import type { Id, Reply, Request } from '../../../spec/vocabulary/index.js'
import type { Transaction } from '../../tree/txn.js'
import type { Connection } from '../connection/connection.js'
import { type OrderContext, type OrderEvent, orderMachine } from './machine.js'

const machine = compile(orderMachine)
const clear = machine.stateOf('clear')
const READ: OrderEvent = { type: 'READ' }
const WRITE: OrderEvent = { type: 'WRITE' }
const APPLIED: OrderEvent = { type: 'APPLIED' }

/** A request between its arrival and its answer. */
export interface Pending {
  /** The connection that asked; what it may not be told any more, nobody is. */
  readonly connection: Connection | undefined
  readonly xid: number
  /** The operation's number. */
  readonly type: number
  /** Bytes of its frame, which it keeps. */
  readonly size: number
  /** When it arrived, in milliseconds. */
  readonly arrived: number
  /** The identities that the connection had proved when it arrived. */
  readonly identities: readonly Id[]
  /** What it asks; undefined for a record that couldn't be decoded. */
  readonly request: Request | undefined
  /** An answer that only waits for its turn. */
  ready: Reply | undefined
  /** A write's place in the log, once it is proposed. */
  transaction: Transaction | undefined
}

/** What the order asks of the pipeline. */
export interface Desk {
  answer(pending: Pending): void
  propose(pending: Pending, order: SessionOrder): void
  settle(pending: Pending): void
}

/** One session's requests, in order. */
export class SessionOrder implements OrderContext {
  private state = machine.initial
  private readonly desk: Desk
  private readonly waiting: Pending[] = []
  private writes = 0
  private current!: Pending

  constructor(desk: Desk) {
    this.desk = desk
  }

  /** A request that can be answered from the tree as it is, when its turn comes. */
  read(pending: Pending): void {
    this.current = pending
    this.state = machine.step(this.state, this, READ)
  }

  /** A request that becomes a transaction. */
  write(pending: Pending): void {
    this.current = pending
    this.state = machine.step(this.state, this, WRITE)
  }

  /** The oldest write of this session has been applied. */
  applied(): void {
    this.writes--
    this.state = machine.step(this.state, this, APPLIED)
  }

  /** Whether nothing of this session is in progress, so that a read may be answered at once. */
  get isClear(): boolean {
    return this.state === clear
  }

  /** Requests not answered yet. */
  get length(): number {
    return this.waiting.length
  }

  answer(): void {
    this.desk.answer(this.current)
  }

  queue(): void {
    this.waiting.push(this.current)
  }

  propose(): void {
    this.writes++
    this.desk.propose(this.current, this)
  }

  settle(): void {
    this.desk.settle(this.waiting.shift()!)
  }

  answerQueued(): void {
    while (this.waiting.length > 0 && this.waiting[0]!.transaction === undefined) {
      this.desk.answer(this.waiting.shift()!)
    }
  }

  isWriteInFlight(): boolean {
    return this.writes > 0
  }
}
