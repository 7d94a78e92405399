/**
 * How connections begin and end: the handshake that makes or renews a session, four-letter words, refusals, expiry.
 * Does what the connection's machine names: it is welcomed, refused and ended, or ended (WIRE-21).
 */
import type { ConnectRequest, SessionId } from '../../spec/vocabulary/index.js'
import type { ConnectionHost } from './connection/connection.js'
import { sessionTimeouts } from './config/config.js'
import { passwordOf } from '../session/password.js'
import { type Client, SessionOrder } from './pipeline/session-order.js'
import type { Pipeline } from './pipeline/pipeline.js'
import type { ServerContext, ServerParts } from './server-context.js'
import { JuteReader, readConnectRequest, writeConnectResponse } from '../wire/index.js'
import { isAllowed, notAllowed, setTraceMask, words } from './four-letter/commands.js'

const noPassword = new Uint8Array(16)
const text = new TextEncoder()
/** Apache sends a word's answer in pieces of so many characters, and counts each as a packet. */
const wordPacket = 8192

/** What the server remembers of a session besides the tracker: who serves it now, and what it still waits for. */
interface Attachment {
  connection: Client | undefined
  readonly order: SessionOrder
}

export class Handshake implements ConnectionHost<SessionOrder> {
  private readonly attachments = new Map<SessionId, Attachment>()
  private readonly parts: ServerParts

  constructor(
    private readonly context: ServerContext,
    private readonly pipeline: Pipeline,
  ) {
    this.parts = context.parts
  }

  /** The connection that serves a session. */
  connectionOf(id: SessionId): Client | undefined {
    return this.attachments.get(id)?.connection
  }

  /** A connection's first frame, whose protocolVersion doesn't matter (SESSION-19). Throws when it isn't a handshake (WIRE-23). */
  connect(connection: Client, bytes: Buffer, start: number, end: number): void {
    const request = readConnectRequest(new JuteReader(bytes, start, end))
    const { min, max } = sessionTimeouts(this.context.config)
    connection.request = request
    connection.hasGreeted = true
    connection.timeout = Math.min(Math.max(request.timeOut, min), max) // SESSION-20, SESSION-82
    connection.sessionId = request.sessionId
    this.context.trace?.connect(connection)
    connection.turn({ type: 'CONNECT' })
  }

  /** SESSION-33, SERVICE-56: a session is overdue: asks for its end. */
  expire(id: SessionId): void {
    this.parts.logger.info({ session: hex(id) }, 'session expired')
    this.context.stats.sessionsExpired++
    this.context.trace?.giveUp(id)
    this.pipeline.replication.proposeOwn('expire', { op: 'closeSession' }, id)
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

  isLeadersToSay(request: ConnectRequest): boolean {
    return this.parts.replication.revalidate !== undefined && isPasswordRight(request) // SESSION-53
  }

  canRenew(request: ConnectRequest): boolean {
    return isPasswordRight(request) && this.parts.sessions.isOpen(request.sessionId) // SESSION-41, SESSION-42
  }

  createSession(connection: Client): void {
    const { sessions } = this.parts
    connection.sessionId = sessions.create(connection.timeout, this.context.now()) // SESSION-16, SERVICE-50
    this.attach(connection)
    // SESSION-17, WIRE-24: nothing is taken until the session's transaction has been applied.
    this.parts.transport.pause(connection.id)
    this.pipeline.replication.proposeSession(connection)
  }

  askLeader(connection: Client): void {
    this.attach(connection)
    this.parts.transport.pause(connection.id)
    this.parts.replication.revalidate!(connection.sessionId, connection.timeout)
  }

  renewSession(connection: Client): void {
    // The leader knows of it; its creation may not have come here yet.
    if (connection.isRevalidating)
      this.parts.sessions.learn(connection.sessionId, connection.timeout, this.context.now())
    this.parts.sessions.touch(connection.sessionId, connection.timeout, this.context.now()) // SESSION-27, SESSION-43, SERVICE-51
    this.attach(connection)
  }

  closeEarlierConnection(connection: Client): void {
    this.attachments.get(connection.sessionId)?.connection?.turn({ type: 'END' }) // SESSION-44, SESSION-80, SERVICE-53
  }

  welcome(connection: Client): void {
    const { sessionId, timeout } = connection
    this.respond(connection, timeout, sessionId, passwordOf(sessionId)) // SESSION-18
  }

  refuseSession(connection: Client): void {
    const { peer, sessionId } = connection
    this.context.complain(
      'no-session',
      { peer, session: hex(sessionId) },
      'no such session, or a wrong password; connection closed',
    )
    connection.sessionId = 0n
    this.respond(connection, 0, 0n, noPassword) // SESSION-42, SERVICE-52, WIRE-25
  }

  refuseAhead(connection: Client): void {
    const { peer, request } = connection
    connection.sessionId = 0n
    this.context.complain(
      'ahead',
      { peer, seen: hex(request!.lastZxidSeen), last: hex(this.parts.state.lastZxid) },
      'client has seen a later zxid than this server; it must try another',
    )
  }

  answerWord(connection: Client): void {
    const { word } = connection
    const answer = isAllowed(word, this.context.config.fourLetterWords)
      ? this.answer(word, connection.head!)
      : notAllowed(word)
    // WIRE-17: not a frame: the text as it is.
    this.parts.transport.send(connection.id, text.encode(answer))
    for (let counted = 0; counted < answer.length; counted += wordPacket) this.context.sent(connection)
  }

  private answer(word: string, head: Buffer): string {
    const { inspection } = this.parts
    if (word !== 'stmk') return words[word]!(inspection)
    // Without its 8 bytes it has no answer.
    return head.length < 12 ? '' : setTraceMask(inspection, head.readBigInt64BE(4))
  }

  reportBadInput(connection: Client): void {
    const { peer, fault } = connection
    this.context.complain('bad-input', { peer, ...session(connection) }, `connection closed: ${fault}`)
  }

  reportLate(connection: Client): void {
    this.context.stats.sessionlessExpired++
    this.context.complain('late', { peer: connection.peer }, 'connection closed: no handshake came in time')
  }

  end(connection: Client): void {
    this.context.end(connection)
  }

  /** The connection no longer serves its session, which lives on (SERVICE-55). */
  detach(connection: Client): void {
    this.parts.state.forget(connection.id) // SERVICE-44, SESSION-45, WATCHER-70
    const attachment = this.attachments.get(connection.sessionId)
    if (attachment?.connection !== connection) return
    attachment.connection = undefined
    if (attachment.order.length === 0) this.attachments.delete(connection.sessionId)
  }

  pause(connection: Client): void {
    this.parts.transport.pause(connection.id)
  }

  resume(connection: Client): void {
    this.parts.transport.resume(connection.id)
  }

  private attach(connection: Client): void {
    const { sessionId } = connection
    const order = this.attachments.get(sessionId)?.order ?? new SessionOrder(this.pipeline)
    connection.order = order
    this.attachments.set(sessionId, { connection, order })
  }

  private respond(connection: Client, timeOut: number, sessionId: SessionId, passwd: Uint8Array): void {
    const isOld = connection.request!.readOnly === undefined // WIRE-22
    const response = { protocolVersion: 0, timeOut, sessionId, passwd, ...(isOld ? {} : { readOnly: false }) }
    writeConnectResponse(this.context.outlet.of(connection), response)
    this.context.trace?.connected(connection, response)
    connection.request = undefined
    this.context.sent(connection)
  }
}

function session({ sessionId }: Client): { session?: string } {
  return sessionId === 0n ? {} : { session: hex(sessionId) }
}

function hex(id: bigint): string {
  return `0x${BigInt.asUintN(64, id).toString(16)}`
}

/** SESSION-41: whether a client knows the password of the session that it names. */
function isPasswordRight({ sessionId, passwd }: ConnectRequest): boolean {
  return equal(passwd, passwordOf(sessionId))
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at])
}
