/**
 * One client's connection: its state, its session, its output. What it does at its machine's turns, the host does for it.
 */
import { Credentials } from '../../acl/credentials.js'
import type { ConnectRequest, Id, SessionId, Zxid } from '../../../spec/vocabulary/index.js'
import { compile } from '../../machine/compile.js'
import type { ConnectionNumber } from '../effects.js'
import type { FrameSplitter, JuteWriter } from '../../wire/index.js'
import { type FlowContext, type FlowEvent, flowMachine } from '../flow/machine.js'
import type { SessionOrder } from '../pipeline/order.js'
import { Latency } from '../stats.js'
import { type ConnectionContext, type ConnectionEvent, connectionMachine } from './machine.js'

const machine = compile(connectionMachine)
const flow = compile(flowMachine)
const awaiting = machine.stateOf('awaitingHandshake')
const connected = machine.stateOf('connected')
const finishing = machine.stateOf('finishing')
const closing = machine.stateOf('closing')
const closed = machine.stateOf('closed')
const reading = flow.stateOf('reading')

/** What the host does for a connection at its turns. */
export interface ConnectionHost {
  isClientAhead(request: ConnectRequest): boolean
  canRenew(request: ConnectRequest): boolean
  createSession(connection: Connection): void
  renewSession(connection: Connection): void
  closeEarlierConnection(connection: Connection): void
  welcome(connection: Connection): void
  refuseSession(connection: Connection): void
  refuseAhead(connection: Connection): void
  answerWord(connection: Connection): void
  reportBadInput(connection: Connection): void
  reportLate(connection: Connection): void
  end(connection: Connection): void
  detach(connection: Connection): void
  pause(connection: Connection): void
  resume(connection: Connection): void
}

/** A connection, as the server keeps it. */
export class Connection implements ConnectionContext, FlowContext {
  readonly id: ConnectionNumber
  /** The client's address, without the port. */
  readonly ip: string
  readonly port: number
  readonly established: number
  readonly credentials: Credentials
  sessionId: SessionId = 0n
  /** The negotiated session timeout, which counts from then on (SESSION-22). Milliseconds. */
  timeout = 0
  order: SessionOrder | undefined
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
  private flow = flow.initial
  private readonly host: ConnectionHost

  /** Told of each turn of the machine, while somebody listens: the event, the states before and after. */
  onTurn: ((event: ConnectionEvent['type'], before: string, after: string) => void) | undefined

  constructor(host: ConnectionHost, id: ConnectionNumber, ip: string, port: number, now: number) {
    this.host = host
    this.id = id
    this.ip = ip
    this.port = port
    this.established = now
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

  get isConnected(): boolean {
    return this.state === connected
  }

  /** Whether a frame of its may be worked on now. */
  get canTake(): boolean {
    return (this.state === connected || this.state === awaiting) && this.flow === reading
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
    return this.flow === reading
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

  /** Moves the machine of its flow. */
  turnFlow(event: FlowEvent): void {
    this.flow = flow.step(this.flow, this, event)
  }

  isClientAhead() {
    return this.host.isClientAhead(this.request!)
  }
  asksForNewSession() {
    return this.request!.sessionId === 0n
  }
  canRenew() {
    return this.host.canRenew(this.request!)
  }
  createSession() {
    return this.host.createSession(this)
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
