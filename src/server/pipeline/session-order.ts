/**
 * The order of one session's requests: what is answered now, what waits behind a write. Every request has
 * one reply, in its turn (WIRE-31, WIRE-91).
 * A session keeps its order when it moves to another connection, so that its reads wait for its own writes there too.
 */
import type { Reply } from '../../../spec/vocabulary/index.js'
import type { Transaction } from '../../tree/txn.js'
import type { Connection } from '../connection/connection.js'
import type { Write } from './write.js'

/** A request between its arrival and its answer. */
export interface Pending extends Write {
  /** The connection that asked; what it may not be told any more, nobody is. */
  readonly connection: Client
  /** Where its answer has its turn. */
  readonly order: SessionOrder
  /** The request's record as the client sent it, where another server decides on it; empty elsewhere. */
  readonly record: Buffer
  /** Bytes of its frame, which it keeps. */
  readonly size: number
  /** When it arrived, in milliseconds. */
  readonly arrived: number
  /** An answer that only waits for its turn. */
  readonly ready: Reply | undefined
  /** A `sync`, which other servers may have to be asked for and which makes no transaction. */
  readonly isSync: boolean
  /** Whether replication has still to say that its turn has come. */
  isReplicating: boolean
  /** A write's transaction, once it is final. */
  transaction: Transaction | undefined
}

/** What the order asks of the pipeline. */
export interface Desk {
  answer(pending: Pending): void
  propose(pending: Pending): void
  /** Whether a `sync` has nothing to wait for. */
  sync(pending: Pending): boolean
  settle(pending: Pending): void
}

/** A connection, and the order of the requests of its session. */
export type Client = Connection<SessionOrder>

/** One session's requests, in order. */
export class SessionOrder {
  /** What has no answer yet: what is being replicated, and the reads behind it. */
  private readonly waiting: Pending[] = []

  constructor(private readonly desk: Desk) {}

  /** A request that can be answered from the tree as it is, when its turn comes (SERVICE-11, SERVICE-25). */
  read(pending: Pending): void {
    if (this.isClear) this.desk.answer(pending)
    else this.waiting.push(pending)
  }

  /** A request that becomes a transaction (SERVICE-23). */
  write(pending: Pending): void {
    pending.isReplicating = true
    this.waiting.push(pending)
    this.desk.propose(pending)
  }

  /** A `sync`: a read, once what was final when it came is here (SERVICE-33). */
  sync(pending: Pending): void {
    pending.isReplicating = !this.desk.sync(pending)
    if (pending.isReplicating) this.waiting.push(pending)
    else this.read(pending)
  }

  /** What this session had replicated first has its turn: it is answered, and the reads up to the next one (SERVICE-12). */
  done(): void {
    this.desk.settle(this.waiting.shift()!)
    while (this.waiting.length > 0 && !this.waiting[0]!.isReplicating) {
      this.desk.answer(this.waiting.shift()!)
    }
  }

  /** Whether nothing of this session is in progress, so that a read may be answered at once. */
  get isClear(): boolean {
    return this.waiting.length === 0
  }

  /** Requests not answered yet. */
  get length(): number {
    return this.waiting.length
  }
}
