/**
 * The spec's service, serving the writes in the one order: what each write comes to, and what each read finds at its zxid.
 */
import {
  ErrorCode,
  type Request,
  type Reply,
  type SessionId,
  type Zxid,
} from '../../../../spec/vocabulary/index.js'
import { passwordOf } from '../../../../spec/session/password.js'
import type { Settings, Tree, Znode } from '../../../../spec/tree/tree-types.js'
import type { ServiceEvent, ServiceOutput } from '../../../../spec/service/service-events.js'
import type { Service } from '../../../../spec/service/service-state.js'
import { service } from '../../../../spec/service/standard-service.js'
import { hex } from '../../../storage/names.js'
import type { Transaction, Txn } from '../../../tree/txn.js'
import { Violation } from './violation.js'

/** States that are kept for reads of servers that lag behind. */
const kept = 2000
const address = '127.0.0.1'

/** The kinds of changes that a watch waits for. */
export type Watched = 'data' | 'child'

export interface SpecOrderOptions {
  readonly settings: Settings
  /** What a session's client asked with an xid. */
  readonly requestOf: (session: SessionId, xid: number) => Request | undefined
  /** What a write comes to. */
  readonly served: (session: SessionId, reply: Reply) => void
  readonly ended: (session: SessionId) => void
  readonly changed: (kind: Watched, path: string, zxid: Zxid) => void
}

export class SpecOrder {
  state: Service
  /** States by zxid, ascending: the newest is {@link state}. */
  private readonly states: Service[] = []
  private readonly connections = new Map<SessionId, number>()
  private next = 1

  constructor(private readonly options: SpecOrderOptions) {
    this.state = service.initial(options.settings)
    this.states.push(this.state)
  }

  /** The next transaction of the order. */
  take(transaction: Transaction): void {
    const { header, txn } = transaction
    const before = this.state.tree
    // Times of two leaders may differ, and epochs leave zxids out: neither is the service's business here.
    this.state = { ...this.state, zxid: header.zxid - 1n, now: 0 }
    if (txn.op === 'createSession') this.open(header.clientId, txn.timeOut, header.time)
    else if (isRefused(txn)) this.state = { ...this.state, zxid: header.zxid }
    else if (txn.op === 'deleteContainer') this.step({ type: 'reap', path: txn.path, now: header.time })
    else this.write(transaction)
    if (this.state.zxid !== header.zxid)
      throw new Violation('SERVICE-20', `${txn.op} ${hex(header.zxid)} is no write to the spec`)
    const { history } = this.state
    const err = txn.op === 'error' ? txn.err : 0
    if (history?.zxid === header.zxid && history.err !== err && txn.op !== 'multi')
      throw new Violation('SERVICE-22', `${txn.op} ${hex(header.zxid)} has error ${err}, not ${history.err}`)
    this.state = { ...this.state, history: null, outputs: [] }
    this.forgetIfEnded(header.clientId)
    this.tellChanges(before, header.zxid)
    this.states.push(this.state)
    if (this.states.length > kept) this.states.shift()
  }

  /** What a read comes to at a zxid; undefined where that is too long ago. */
  read(session: SessionId, xid: number, request: Request, zxid: Zxid): Reply | undefined {
    const state = this.at(zxid)
    const connection = this.connections.get(session)
    if (state === undefined || connection === undefined || !state.connections.has(connection))
      return undefined
    const { replies } = this.serve({ ...state, now: 0 }, connection, xid, request, state.now)
    return replies[0]
  }

  /** The tree at a zxid. */
  at(zxid: Zxid): Service | undefined {
    for (let at = this.states.length - 1; at >= 0; at--)
      if (this.states[at]!.zxid <= zxid) return this.states[at]
    return undefined
  }

  /** A session that has ended asks nothing more. */
  private forgetIfEnded(session: SessionId): void {
    const connection = this.connections.get(session)
    if (connection === undefined || this.state.sessions.has(session)) return
    this.connections.delete(session)
    const connections = new Map(this.state.connections)
    connections.delete(connection)
    this.state = { ...this.state, connections }
    this.options.ended(session)
  }

  private open(session: SessionId, timeOut: number, now: number): void {
    const connection = this.next++
    this.connections.set(session, connection)
    const request = {
      protocolVersion: 0,
      lastZxidSeen: 0n,
      timeOut,
      sessionId: 0n,
      passwd: new Uint8Array(16),
      readOnly: false,
    }
    const grant = { sessionId: session, passwd: passwordOf(session) }
    this.step({ type: 'connect', connection, request, address, grant, now })
  }

  private write({ header, txn }: Transaction): void {
    const { clientId, cxid, zxid, time } = header
    const request = this.options.requestOf(clientId, cxid)
    if (txn.op === 'closeSession' && request?.op !== 'closeSession') return this.expire(clientId, time)
    const connection = this.connections.get(clientId)
    if (request === undefined || connection === undefined)
      throw new Violation(
        'SERVICE-12',
        `${txn.op} ${hex(zxid)}: session ${hex(clientId)} has not asked for it`,
      )
    const { state, replies } = this.serve(this.state, connection, cxid, request, time)
    this.state = state
    for (const reply of replies) this.options.served(clientId, reply)
  }

  private expire(session: SessionId, now: number): void {
    const found = this.state.sessions.get(session)
    if (found === undefined)
      throw new Violation('SESSION-40', `session ${hex(session)} ends, but there is no such session`)
    // When its client was heard of is not looked at here.
    const sessions = new Map(this.state.sessions).set(session, { ...found, heard: -found.timeOut })
    this.state = { ...this.state, sessions }
    this.step({ type: 'giveUp', session, now })
    this.step({ type: 'expire', session, now })
  }

  private serve(from: Service, connection: number, xid: number, request: Request, now: number) {
    const asked = this.stepFrom(from, { type: 'request', connection, xid, request, now })
    const step = this.stepFrom(asked.state, { type: 'serve', connection, now })
    return { state: step.state, replies: repliesOf(step.outputs) }
  }

  private step(event: ServiceEvent): void {
    this.state = this.stepFrom(this.state, event).state
  }

  private stepFrom(from: Service, event: ServiceEvent) {
    const step = service.step(from, event)
    if (!step.ok) throw new Violation(step.rule, `${event.type}: ${step.why}`)
    return step
  }

  private tellChanges(before: Tree, zxid: Zxid): void {
    const { tree } = this.state
    if (tree === before) return
    for (const [path, node] of tree) {
      const old = before.get(path)
      if (old === node) continue
      if (old === undefined || old.mzxid !== node.mzxid) this.options.changed('data', path, zxid)
      if (old === undefined || old.pzxid !== node.pzxid) this.options.changed('child', path, zxid)
    }
    if (tree.size > before.size) return
    for (const path of before.keys())
      if (!tree.has(path))
        for (const kind of ['data', 'child'] as const) this.options.changed(kind, path, zxid)
  }
}

/** Whether a write was refused because of its session, before anybody looked at what it asks for. */
function isRefused(txn: Txn): boolean {
  if (txn.op === 'multi') return txn.txns.some(isRefused)
  return txn.op === 'error' && (txn.err === ErrorCode.SessionMoved || txn.err === ErrorCode.SessionExpired)
}

function repliesOf(outputs: readonly ServiceOutput[]): Reply[] {
  return outputs.flatMap((output) => (output.type === 'reply' ? [output.reply] : []))
}

/** A znode's time of its last change, or that it is absent: what a watch is about. */
export function stampOf(node: Znode | undefined, kind: Watched): Zxid {
  if (node === undefined) return 0n
  return kind === 'data' ? node.mzxid : node.pzxid
}
