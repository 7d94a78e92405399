/**
 * One client's connection: its state, its session, its output. What it does at its machine's turns, the host does for it.
 */
import { Credentials } from '../../acl/credentials.js'
import type { ConnectRequest, Id, SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import { compile } from '../../machine/compile.js'
import type { ConnectionNumber } from '../effects.js'
import type { FrameSplitter, JuteWriter } from '../../wire/index.js'
import { Latency } from '../stats.js'
import { type ConnectionContext, type ConnectionEvent, connectionMachine } from './connection-machine.js'
import { type Gated, ReadGate } from './read-gate.js'

const machine = compile(connectionMachine)
const awaiting = machine.stateOf('awaitingHandshake')
const revalidating = machine.stateOf('revalidating')
const connected = machine.stateOf('connected')
const finishing = machine.stateOf('finishing')
const closing = machine.stateOf('closing')
const closed = machine.stateOf('closed')

/** What the host does for a connection at its turns. */
export interface ConnectionHost<Order> {
  isClientAhead(request: ConnectRequest): boolean
  isLeadersToSay(request: ConnectRequest): boolean
  canRenew(request: ConnectRequest): boolean
  createSession(connection: Connection<Order>): void
  askLeader(connection: Connection<Order>): void
  renewSession(connection: Connection<Order>): void
  closeEarlierConnection(connection: Connection<Order>): void
  welcome(connection: Connection<Order>): void
  refuseSession(connection: Connection<Order>): void
  refuseAhead(connection: Connection<Order>): void
  answerWord(connection: Connection<Order>): void
  reportBadInput(connection: Connection<Order>): void
  reportLate(connection: Connection<Order>): void
  end(connection: Connection<Order>): void
  detach(connection: Connection<Order>): void
  pause(connection: Connection<Order>): void
  resume(connection: Connection<Order>): void
}

/** A connection, as the server keeps it. `Order` has its session's requests in order; a connection only carries it. */
export class Connection<Order = unknown> implements ConnectionContext, Gated {
  readonly id: ConnectionNumber
  /** The client's address, without the port. */
  readonly ip: string
  readonly port: number
  readonly established: number
  /** When its last bytes came, while its handshake is awaited. Milliseconds. */
  heardAt: number
  readonly credentials: Credentials
  sessionId: SessionId = 0n
  /** The negotiated session timeout, which counts from then on (SESSION-22). Milliseconds. */
  timeout = 0
  order: Order | undefined
  splitter: FrameSplitter | undefined
  /** Frames that came while it was not to be read, in order. At most what one read brought. */
  readonly backlog: Buffer[] = []
  /** The first bytes, until there are enough to tell a word from a frame. */
  head: Buffer | undefined
  /** While it is being answered. */
  request: ConnectRequest | undefined
  /** Whether its handshake has come. */
  hasGreeted = false
  word = ''
  /** What was wrong with its input, for the log. */
  fault = ''
  output: JuteWriter | undefined
  /** Whether it has asked to close its session: nothing that follows counts. */
  isLeaving = false
  /** Requests in progress. */
  outstanding = 0
  readonly stats = new ConnectionStats()
  private state = machine.initial
  /** Whether it is read. */
  readonly gate = new ReadGate(this)
  private readonly host: ConnectionHost<Order>

  /** Told of each turn of the machine, while somebody listens: the event, the states before and after. */
  onTurn: ((event: ConnectionEvent['type'], before: string, after: string) => void) | undefined

  constructor(host: ConnectionHost<Order>, id: ConnectionNumber, ip: string, port: number, now: number) {
    this.host = host
    this.id = id
    this.ip = ip
    this.port = port
    this.established = now
    this.heardAt = now
    this.credentials = new Credentials(ip)
  }

  get identities(): readonly Id[] {
    return this.credentials.identities
  }

  /** The peer, for log lines. */
  get peer(): string {
    return this.ip.includes(':') ? `[${this.ip}]:${this.port}` : `${this.ip}:${this.port}`
  }

  get isAwaitingHandshake(): boolean {
    return this.state === awaiting
  }

  get isRevalidating(): boolean {
    return this.state === revalidating
  }

  get isConnected(): boolean {
    return this.state === connected
  }

  /** Whether a frame of its may be worked on now. */
  get canTake(): boolean {
    return (this.state === connected || this.state === awaiting) && this.gate.isOpen
  }

  /** Whether its input no longer matters. */
  get isEnding(): boolean {
    return this.state === finishing || this.state === closing || this.state === closed
  }

  /** Whether it takes nothing more, and only waits for its last answers. */
  get isFinishing(): boolean {
    return this.state === finishing
  }

  /** Whether nothing more is said to it. */
  get isOver(): boolean {
    return this.state === closing || this.state === closed
  }

  get isReading(): boolean {
    return this.gate.isOpen
  }

  get stateName(): string {
    return machine.stateName(this.state)
  }

  /** Moves the connection's machine. */
  turn(event: ConnectionEvent): void {
    const before = this.state
    this.state = machine.step(before, this, event)
    this.onTurn?.(event.type, machine.stateName(before), machine.stateName(this.state))
  }

  isClientAhead() {
    return this.host.isClientAhead(this.request!)
  }
  asksForNewSession() {
    return this.request!.sessionId === 0n
  }
  isLeadersToSay() {
    return this.host.isLeadersToSay(this.request!)
  }
  canRenew() {
    return this.host.canRenew(this.request!)
  }
  createSession() {
    return this.host.createSession(this)
  }
  askLeader() {
    return this.host.askLeader(this)
  }
  renewSession() {
    return this.host.renewSession(this)
  }
  closeEarlierConnection() {
    return this.host.closeEarlierConnection(this)
  }
  welcome() {
    return this.host.welcome(this)
  }
  refuseSession() {
    return this.host.refuseSession(this)
  }
  refuseAhead() {
    return this.host.refuseAhead(this)
  }
  answerWord() {
    return this.host.answerWord(this)
  }
  reportBadInput() {
    return this.host.reportBadInput(this)
  }
  reportLate() {
    return this.host.reportLate(this)
  }
  end() {
    return this.host.end(this)
  }
  hasUnanswered() {
    return this.outstanding > 0
  }
  detach() {
    return this.host.detach(this)
  }
  pause() {
    return this.host.pause(this)
  }
  resume() {
    return this.host.resume(this)
  }
}

/** What a connection counts, for `cons` and `stat`. Times in milliseconds. */
export class ConnectionStats {
  received = 0
  sent = 0
  /** The last operation's number; 0 before the first. */
  lastType = 0
  lastCxid = -1
  lastZxid: Zxid = -1n
  lastResponse = 0
  lastLatency = 0
  latency: Latency | undefined

  /** A request has been answered. */
  answered(type: number, cxid: number, zxid: Zxid, arrived: number, now: number): void {
    if (cxid >= 0) this.lastCxid = cxid
    this.lastType = type
    this.lastZxid = zxid
    this.lastResponse = now
    this.lastLatency = now - arrived
    ;(this.latency ??= new Latency()).add(this.lastLatency)
  }

  reset(): void {
    this.received = 0
    this.sent = 0
    this.lastType = 0
    this.lastCxid = -1
    this.lastZxid = -1n
    this.lastResponse = 0
    this.lastLatency = 0
    this.latency = undefined
  }
}
