/** What clients are told: answers to reads and writes in their turn, and notifications. */
import { ErrorCode, type Reply, type WatcherEvent, type Zxid } from '../../spec/vocabulary/index.js'
import { type JuteReader, type JuteWriter, writeNotification, writeReply } from '../wire/index.js'
import type { ConnectionNumber } from './effects.js'
import { answerHot } from './pipeline/hot-reads.js'
import type { Client, Pending } from './pipeline/session-order.js'
import type { ServerContext } from './server-context.js'
import type { Outcome } from './database.js'

export class Replies {
  /** @param connectionOf the connection that has a number, while it is there */
  constructor(
    private readonly context: ServerContext,
    private readonly connectionOf: (id: ConnectionNumber) => Client | undefined,
  ) {}

  /** Answers `getData` or `exists` at once. Throws a MarshallingError when the record isn't one. */
  answerHot(connection: Client, xid: number, type: number, reader: JuteReader): void {
    const { context } = this
    const { state } = context.parts
    const out = context.outlet.of(connection)
    const before = out.position
    answerHot(state, type, xid, connection.identities, connection.id, reader, out)
    this.answered(connection, out, before, type, xid, state.lastZxid, context.now())
  }

  /** The header has the zxid that the read's answer shows (SERVICE-30, WIRE-33). */
  answerRead(pending: Pending): void {
    const { connection } = pending
    const { state } = this.context.parts
    // SERVICE-44: a read that nobody waits for any more must not leave a watch behind.
    if (connection.isOver) return this.context.throttle.finish(connection, pending.size)
    if (pending.ready !== undefined) return this.reply(pending, pending.ready)
    const asker = { sessionId: connection.sessionId, identities: pending.identities }
    const { err, result } =
      pending.malformed ?? state.read(pending.request!, asker, connection.id, this.deliver)
    this.reply(pending, {
      xid: pending.xid,
      zxid: state.lastZxid,
      err,
      ...(result === undefined ? {} : { result }),
    })
  }

  answerWrite(pending: Pending, outcome: Outcome): void {
    if (isOfMovedSession(outcome)) return this.closeMoved(pending)
    const { err, result } = outcome
    const { zxid } = pending.transaction!.header
    this.reply(pending, { xid: pending.xid, zxid, err, ...(result === undefined ? {} : { result }) })
  }

  /** SERVICE-40, SERVICE-46: a watch has fired. */
  readonly deliver = (id: ConnectionNumber, event: WatcherEvent): void => {
    const connection = this.connectionOf(id)
    if (connection === undefined || connection.isOver) return
    const notification = { zxid: -1n, event }
    writeNotification(this.context.outlet.of(connection), notification)
    this.context.trace?.notification(connection, notification)
    this.context.sent(connection)
  }

  /** SESSION-52: the session is on another server now, and its client speaks to that one. */
  private closeMoved({ connection, size }: Pending): void {
    this.context.throttle.finish(connection, size)
    connection.turn({ type: 'END' })
  }

  private reply(pending: Pending, reply: Reply): void {
    const { context } = this
    const { connection } = pending
    context.throttle.finish(connection, pending.size)
    if (connection.isOver) return
    const out = context.outlet.of(connection)
    const before = out.position
    writeReply(out, reply)
    context.trace?.reply(connection, reply)
    this.answered(connection, out, before, pending.type, pending.xid, reply.zxid, pending.arrived)
    if (connection.isFinishing && connection.outstanding === 0) connection.turn({ type: 'ANSWERED' })
  }

  private answered(
    connection: Client,
    out: JuteWriter,
    before: number,
    type: number,
    xid: number,
    zxid: Zxid,
    arrived: number,
  ): void {
    const { stats } = this.context
    const now = this.context.now()
    stats.response(out.position - before - 4)
    stats.latency.add(now - arrived)
    connection.stats.answered(type, xid, zxid, arrived, now)
    this.context.sent(connection)
  }
}

/** Whether a write failed because its session has moved; a multi says so in its parts. */
function isOfMovedSession({ err, result }: Outcome): boolean {
  if (result?.op !== 'multi') return err === ErrorCode.SessionMoved
  return result.results.some((part) => part.op === 'error' && part.err === ErrorCode.SessionMoved)
}
