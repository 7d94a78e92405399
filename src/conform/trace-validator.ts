/**
 * Replays a server's `service` events on the spec's service, and finds the first that no rule allows.
 * A write's `commit` makes the spec serve it; a read is served where its first output stands. What the spec says is kept
 * per connection until the trace says it too, in that order.
 */
import type { SessionId } from '../../spec/vocabulary/index.js'
import type { Settings } from '../../spec/tree/tree-types.js'
import type { ConnectionId, ServiceEvent, ServiceOutput } from '../../spec/service/service-events.js'
import { isWriteRequest } from '../../spec/service/serve-requests.js'
import { passwordOf } from '../../spec/session/password.js'
import type { Service } from '../../spec/service/service-state.js'
import type { AbstractService } from '../../spec/service/abstract-service.js'
import { isSame } from './compare-outputs.js'
import type { Coverage } from './rule-coverage.js'
import { ExpectedOutputs, type Mismatch, unwatched } from './expected-output.js'
import type { TraceEvent } from '../trace/trace-event.js'
import { type Commit, type Input, readInput } from './trace-inputs.js'
import { recovered } from './recovered-state.js'
import { Rejected, type Rejection } from './rejection.js'
import { formatError, formatHex, formatEvent, formatOutput } from './format-event.js'

/** Validates one server's events, one at a time. */
export class ServiceValidator {
  /** The spec's state after the events so far. */
  state: Service
  private readonly service: AbstractService
  private readonly coverage: Coverage | undefined
  private readonly expected = new ExpectedOutputs()
  /** Handshakes that wait for their session's creation. */
  private readonly greeted = new Map<
    ConnectionId,
    { input: Extract<Input, { type: 'connect' }>; isGone: boolean }
  >()
  private readonly givenUpEarly = new Set<SessionId>()
  private time = 0
  private isStarted = false

  constructor(service: AbstractService, settings: Settings, coverage?: Coverage) {
    this.service = service
    this.coverage = coverage
    this.state = service.initial(settings)
  }

  /** Takes the next event. The first rejection is the last word: nothing should follow it. */
  accept(event: TraceEvent): Rejection | undefined {
    this.time = event.time
    return this.guarded(event, () => this.take(readInput(event.input)))
  }

  /** The trace has ended: nothing that was due may be missing. */
  end(): Rejection | undefined {
    return this.guarded(undefined, () => this.checkNothingMissing())
  }

  private guarded(event: TraceEvent | undefined, work: () => void): Rejection | undefined {
    try {
      work()
      return undefined
    } catch (error) {
      if (!(error instanceof Rejected)) throw error
      return { event, rule: error.rule, why: error.message, allowed: error.allowed }
    }
  }

  private take(input: Input): void {
    switch (input.type) {
      case 'start':
        return this.start(input)
      case 'connect':
        return this.connect(input)
      case 'request': {
        const { connection, xid, opcode, isPathNull = false } = input
        const request = input.request ?? { op: 'malformed' as const, opcode, isPathNull }
        this.step({ type: 'request', connection, xid, request, now: this.time })
        return
      }
      case 'commit':
        return this.commit(input)
      case 'giveUp':
        // A session whose creation takes long to reach the disk may be overdue before it exists.
        if (!this.state.sessions.has(input.session) && this.greeted.size > 0)
          this.givenUpEarly.add(input.session)
        else this.step({ type: 'giveUp', session: input.session, now: this.time })
        return
      case 'connected':
      case 'notification':
      case 'reply':
        return this.say(input)
      case 'closed':
        return this.closed(input.connection)
      case 'disconnect':
        return this.lost(input.connection)
      case 'stop':
        return this.checkNothingMissing()
    }
  }

  private start(input: Extract<Input, { type: 'start' }>): void {
    const from = recovered(input, this.time)
    if (this.isStarted && from.tree !== undefined) {
      if (from.zxid < this.state.zxid) {
        this.reject(
          'SERVICE-70',
          `the server came back with zxid ${formatHex(from.zxid)}, after it had shown ${formatHex(this.state.zxid)}`,
        )
      }
      const isSameTree =
        from.zxid !== this.state.zxid ||
        isSame([...from.tree].sort(byPath), [...this.state.tree].sort(byPath))
      if (!isSameTree)
        this.reject('SERVICE-70', 'the server came back with another tree than it had at the same zxid')
    }
    const { tree, ...rest } = from
    this.state = this.service.initial(input.settings, tree === undefined ? rest : { ...rest, tree })
    this.isStarted = true
    this.expected.clear()
    this.greeted.clear()
  }

  private connect(input: Extract<Input, { type: 'connect' }>): void {
    const isNew = input.request.sessionId === 0n && input.request.lastZxidSeen <= this.state.zxid
    if (isNew) this.greeted.set(input.connection, { input, isGone: false })
    else this.handshake(input, { sessionId: 0n, passwd: new Uint8Array() })
  }

  private handshake(
    { connection, address, request }: Extract<Input, { type: 'connect' }>,
    grant: Extract<ServiceEvent, { type: 'connect' }>['grant'],
    now = this.time,
  ): void {
    this.step({ type: 'connect', connection, address, request, grant, now })
  }

  private commit(input: Commit): void {
    const before = this.state.zxid
    if (input.zxid !== before + 1n) {
      this.reject('SERVICE-20', `zxid ${formatHex(input.zxid)} follows ${formatHex(before)}`, [
        `a write with zxid ${formatHex(before + 1n)}`,
      ])
    }
    switch (input.cause) {
      case 'createSession':
        this.createSession(input)
        break
      case 'expire':
        // A server that doesn't say when it gave the session up has done so by the time of the transaction.
        if (this.state.sessions.get(input.session)?.givenUp === false) {
          this.step({ type: 'giveUp', session: input.session, now: input.time })
        }
        this.step({ type: 'expire', session: input.session, now: input.time }, true)
        break
      case 'reap':
        this.step({ type: 'reap', path: input.path!, now: input.time })
        break
      case 'request':
        this.serveWrite(input)
    }
    const { history } = this.state
    if (history?.zxid !== input.zxid) {
      this.reject('SERVICE-20', `zxid ${formatHex(input.zxid)} was taken by something that is no write`)
    }
    if (input.err !== undefined && history.err !== input.err) {
      const { rules } = this.state
      const rule = rules.find((id) => !id.startsWith('SERVICE-')) ?? rules[0] ?? 'SERVICE-22'
      this.reject(rule, `the write came to ${formatError(input.err)}`, [formatError(history.err)])
    }
    this.state = { ...this.state, history: { ...history, before: null } } // a trace is read once, forwards
  }

  private createSession(input: Commit): void {
    const connection = input.connection!
    const greeted = this.greeted.get(connection)
    if (greeted === undefined) {
      return this.reject(
        'SERVICE-50',
        `a session was created that connection ${connection} has not asked for`,
      )
    }
    this.greeted.delete(connection)
    this.handshake(greeted.input, { sessionId: input.session, passwd: passwordOf(input.session) }, input.time)
    if (greeted.isGone) this.lost(connection)
    if (this.givenUpEarly.delete(input.session)) {
      this.step({ type: 'giveUp', session: input.session, now: this.time })
    }
  }

  private serveWrite(input: Commit): void {
    const { connection: id, xid } = input
    const connection = this.state.connections.get(id!)
    if (connection === undefined)
      return this.reject('SERVICE-12', `there is no connection ${id} that asked for this write`)
    if (connection.life === 'gone') this.passReads(connection.id)
    const waiting = this.state.connections.get(connection.id)!.waiting[0]
    if (waiting === undefined) {
      return this.reject(
        'SERVICE-12',
        `connection ${id} has no request waiting, so no client asked for this write`,
      )
    }
    if (!isWriteRequest(waiting.request) || waiting.xid !== xid) {
      const oldest = `the oldest request of connection ${id} is ${waiting.request.op} with xid ${waiting.xid}`
      return this.reject('SERVICE-11', `the write with xid ${xid} was done before its turn: ${oldest}`)
    }
    const unordered = waiting.request.op === 'closeSession'
    this.step({ type: 'serve', connection: connection.id, now: input.time }, unordered)
  }

  /** Reads of a connection that is gone have no reader. */
  private passReads(id: ConnectionId): void {
    for (;;) {
      const waiting = this.state.connections.get(id)!.waiting[0]
      if (waiting === undefined || isWriteRequest(waiting.request)) return
      this.step({ type: 'serve', connection: id, now: this.time })
    }
  }

  /** The trace says something to a connection. */
  private say(output: ServiceOutput): void {
    if (this.expected.first(output.connection) === undefined) this.serveRead(output)
    const head = this.expected.first(output.connection)
    if (head === undefined) return this.rejectUnexpected(output)
    if (!this.expected.take(output)) this.rejectMismatch(this.expected.mismatch(head, output))
  }

  /** The moment at which a read is served: its first output. */
  private serveRead(output: ServiceOutput): void {
    const connection = this.state.connections.get(output.connection)
    const waiting = connection?.life === 'open' ? connection.waiting[0] : undefined
    if (waiting === undefined || isWriteRequest(waiting.request)) return
    this.step({ type: 'serve', connection: output.connection, now: this.time })
  }

  private closed(connection: ConnectionId): void {
    this.checkAllSaid(connection, `connection ${connection} was closed before it was told all that was due`)
    if (this.expected.first(connection) !== undefined) this.expected.forget(connection)
    else this.lost(connection)
  }

  private lost(connection: ConnectionId): void {
    this.expected.forget(connection)
    const greeted = this.greeted.get(connection)
    if (greeted !== undefined) greeted.isGone = true
    else if (this.state.connections.get(connection)?.life === 'open') {
      this.step({ type: 'disconnect', connection, now: this.time })
    }
  }

  private step(event: ServiceEvent, unordered = false): void {
    const step = this.service.step(this.state, event)
    if (!step.ok) return this.reject(step.rule, `${formatEvent(event)}: ${step.why}`, this.possible())
    this.coverage?.record(step)
    this.state = step.state
    this.expected.add(step.outputs, step.rules, unordered)
  }

  private checkNothingMissing(): void {
    for (const connection of this.expected.connections())
      this.checkAllSaid(
        connection,
        `the trace ends before connection ${connection} was told all that was due`,
      )
  }

  private checkAllSaid(connection: ConnectionId, ending: string): void {
    const unsaid = this.expected.unsaid(connection, ending)
    if (unsaid !== undefined) this.rejectMismatch(unsaid)
  }

  private rejectMismatch({ rule, why, due }: Mismatch): never {
    return this.reject(rule, why, due)
  }

  private rejectUnexpected(output: ServiceOutput): never {
    const connection = this.state.connections.get(output.connection)
    const waiting = connection?.waiting[0]
    if (connection?.life !== 'open') {
      return this.reject('SERVICE-10', `${formatOutput(output)}: the connection is not open`)
    }
    if (output.type === 'notification') {
      const { rule, why } = unwatched(output)
      return this.reject(rule, why)
    }
    if (waiting === undefined)
      return this.reject('SERVICE-12', `${formatOutput(output)}: the connection has asked for nothing`)
    const write = `${waiting.request.op} with xid ${waiting.xid}`
    return this.reject('SERVICE-26', `${formatOutput(output)}: ${write} has not been committed`, [
      `the commit of ${write}`,
    ])
  }

  private possible(): readonly string[] {
    return this.service.allowed(this.state, this.time).slice(0, 12).map(formatEvent)
  }

  private reject(rule: string, why: string, allowed: readonly string[] = this.possible()): never {
    throw new Rejected(rule, why, allowed)
  }
}

function byPath([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1
}
