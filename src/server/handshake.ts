/**
 * How connections begin and end: the handshake that makes or renews a session, four-letter words, refusals, expiry.
 * Does what the connection's machine names: it is welcomed, refused and ended, or ended (WIRE-21).
 */
import type { ConnectRequest, SessionId } from '../../spec/vocabulary/index.js'
import type { Connection, ConnectionHost } from './connection/connection.js'
import { sessionTimeouts } from './config/config.js'
import type { ServerCore, ServerParts } from './core.js'
import { passwordOf } from '../session/password.js'
import type { SessionOrder } from './pipeline/order.js'
import { JuteReader, readConnectRequest, writeConnectResponse } from '../wire/index.js'
import { isAllowed, notAllowed, setTraceMask, words } from './words/words.js'

const noPassword = new Uint8Array(16)
const text = new TextEncoder()

/** What the server remembers of a session besides the tracker: who serves it now, and what it still waits for. */
interface Attachment {
  connection: Connection | undefined
  readonly order: SessionOrder
}

export class Handshake implements ConnectionHost {
  private readonly attachments = new Map<SessionId, Attachment>()
  private readonly core: ServerCore
  private readonly parts: ServerParts

  constructor(core: ServerCore, parts: ServerParts) {
    this.core = core
    this.parts = parts
  }

  /** The connection that serves a session. */
  connectionOf(id: SessionId): Connection | undefined {
    return this.attachments.get(id)?.connection
  }

  /** A connection's first frame, whose protocolVersion doesn't matter (SESSION-19). Throws when it isn't a handshake (WIRE-23). */
  connect(connection: Connection, bytes: Buffer, start: number, end: number): void {
    const request = readConnectRequest(new JuteReader(bytes, start, end))
    const { min, max } = sessionTimeouts(this.core.config)
    connection.request = request
    connection.hasGreeted = true
    connection.timeout = Math.min(Math.max(request.timeOut, min), max) // SESSION-20, SESSION-82
    connection.sessionId = request.sessionId
    this.core.trace?.connect(connection)
    connection.turn({ type: 'CONNECT' })
  }

  /** SESSION-33, SERVICE-56: a session is overdue: asks for its end. */
  expire(id: SessionId): void {
    this.parts.logger.info({ session: hex(id) }, 'session expired')
    this.core.stats.sessionsExpired++
    this.core.trace?.giveUp(id)
    this.core.pipeline.proposeOwn('expire', { op: 'closeSession' }, id)
  }

  /** A session has ended: so does its connection. */
  sessionClosed(id: SessionId): void {
    const attachment = this.attachments.get(id)
    this.attachments.delete(id)
    attachment?.connection?.turn({ type: 'END' }) // SESSION-34
  }

  isClientAhead(request: ConnectRequest): boolean {
    return request.lastZxidSeen > this.parts.state.lastZxid // SESSION-47, SERVICE-24, SERVICE-54
  }

  canRenew(request: ConnectRequest): boolean {
    const { sessions } = this.parts
    return equal(request.passwd, passwordOf(request.sessionId)) && sessions.isOpen(request.sessionId) // SESSION-41, SESSION-42
  }

  createSession(connection: Connection): void {
    const { sessions } = this.parts
    connection.sessionId = sessions.create(connection.timeout, this.core.now()) // SESSION-16, SERVICE-50
    this.attach(connection)
    // SESSION-17, WIRE-24: nothing is taken until the session's transaction has been applied.
    this.parts.transport.pause(connection.id)
    this.core.pipeline.proposeSession(connection)
  }

  renewSession(connection: Connection): void {
    this.parts.sessions.touch(connection.sessionId, connection.timeout, this.core.now()) // SESSION-27, SESSION-43, SERVICE-51
    this.attach(connection)
  }

  closeEarlierConnection(connection: Connection): void {
    this.attachments.get(connection.sessionId)?.connection?.turn({ type: 'END' }) // SESSION-44, SESSION-80, SERVICE-53
  }

  welcome(connection: Connection): void {
    const { sessionId, timeout } = connection
    this.respond(connection, timeout, sessionId, passwordOf(sessionId)) // SESSION-18
  }

  refuseSession(connection: Connection): void {
    const { peer, sessionId } = connection
    this.core.complain(
      'no-session',
      { peer, session: hex(sessionId) },
      'no such session, or a wrong password; connection closed',
    )
    connection.sessionId = 0n
    this.respond(connection, 0, 0n, noPassword) // SESSION-42, SERVICE-52, WIRE-25
  }

  refuseAhead(connection: Connection): void {
    const { peer, request } = connection
    connection.sessionId = 0n
    this.core.complain(
      'ahead',
      { peer, seen: hex(request!.lastZxidSeen), last: hex(this.parts.state.lastZxid) },
      'client has seen a later zxid than this server; it must try another',
    )
  }

  answerWord(connection: Connection): void {
    const { word } = connection
    const answer = isAllowed(word, this.core.config.fourLetterWords)
      ? this.answer(word, connection.head!)
      : notAllowed(word)
    // WIRE-17: not a frame: the text as it is.
    this.parts.transport.send(connection.id, text.encode(answer))
  }

  private answer(word: string, head: Buffer): string {
    const { inspection } = this.parts
    return word === 'stmk' ? setTraceMask(inspection, head.readBigInt64BE(4)) : words[word]!(inspection)
  }

  reportBadInput(connection: Connection): void {
    const { peer, fault } = connection
    this.core.complain('bad-input', { peer, ...session(connection) }, `connection closed: ${fault}`)
  }

  reportLate(connection: Connection): void {
    this.core.stats.sessionlessExpired++
    this.core.complain('late', { peer: connection.peer }, 'connection closed: no handshake came in time')
  }

  end(connection: Connection): void {
    this.core.end(connection)
  }

  /** The connection no longer serves its session, which lives on (SERVICE-55). */
  detach(connection: Connection): void {
    this.parts.state.forget(connection.id) // SERVICE-44, SESSION-45, WATCHER-70
    const attachment = this.attachments.get(connection.sessionId)
    if (attachment?.connection !== connection) return
    attachment.connection = undefined
    if (attachment.order.length === 0) this.attachments.delete(connection.sessionId)
  }

  pause(connection: Connection): void {
    this.parts.transport.pause(connection.id)
  }

  resume(connection: Connection): void {
    this.parts.transport.resume(connection.id)
  }

  private attach(connection: Connection): void {
    const { sessionId } = connection
    const order = this.attachments.get(sessionId)?.order ?? this.core.newOrder()
    connection.order = order
    this.attachments.set(sessionId, { connection, order })
  }

  private respond(connection: Connection, timeOut: number, sessionId: SessionId, passwd: Uint8Array): void {
    const isOld = connection.request!.readOnly === undefined // WIRE-22
    const response = { protocolVersion: 0, timeOut, sessionId, passwd, ...(isOld ? {} : { readOnly: false }) }
    writeConnectResponse(this.core.outlet.of(connection), response)
    this.core.trace?.connected(connection, response)
    connection.request = undefined
    this.core.sent(connection)
  }
}

function session({ sessionId }: Connection): { session?: string } {
  return sessionId === 0n ? {} : { session: hex(sessionId) }
}

function hex(id: bigint): string {
  return `0x${BigInt.asUintN(64, id).toString(16)}`
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
