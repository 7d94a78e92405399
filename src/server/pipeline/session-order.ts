/**
 * The order of one session's requests: what is answered now, what waits behind a write. Every request has
 * one reply, in its turn (WIRE-31, WIRE-91).
 * A session keeps its order when it moves to another connection, so that its reads wait for its own writes there too.
 */
import type { Id, Reply, Request } from '../../../spec/vocabulary/index.js'
import type { Transaction } from '../../tree/txn.js'
import type { Connection } from '../connection/connection.js'
import type { MalformedOutcome } from '../malformed.js'

/** A request between its arrival and its answer. */
export interface Pending {
  /** The connection that asked; what it may not be told any more, nobody is. */
  readonly connection: Client | undefined
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
  /** What a record that couldn't be decoded comes to. */
  readonly malformed: MalformedOutcome | undefined
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

/** A connection, and the order of the requests of its session. */
export type Client = Connection<SessionOrder>

/** One session's requests, in order. */
export class SessionOrder {
  /** What has no answer yet, writes and the reads behind them. */
  private readonly waiting: Pending[] = []
  /** Writes that are not applied yet. */
  private writes = 0

  constructor(private readonly desk: Desk) {}

  /** A request that can be answered from the tree as it is, when its turn comes (SERVICE-11, SERVICE-25). */
  read(pending: Pending): void {
    if (this.isClear) this.desk.answer(pending)
    else this.waiting.push(pending)
  }

  /** A request that becomes a transaction (SERVICE-23). */
  write(pending: Pending): void {
    this.writes++
    this.desk.propose(pending, this)
    this.waiting.push(pending)
  }

  /** The oldest write of this session has been applied: it is answered, and the reads up to the next one (SERVICE-12). */
  applied(): void {
    this.writes--
    this.desk.settle(this.waiting.shift()!)
    while (this.waiting.length > 0 && this.waiting[0]!.transaction === undefined) {
      this.desk.answer(this.waiting.shift()!)
    }
  }

  /** Whether nothing of this session is in progress, so that a read may be answered at once. */
  get isClear(): boolean {
    return this.writes === 0 && this.waiting.length === 0
  }

  /** Requests not answered yet. */
  get length(): number {
    return this.waiting.length
  }
}
