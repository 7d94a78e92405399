/**
 * What one client sees, whichever servers it is connected to: its own writes and reads in order, never back in time, answers
 * as the spec gives them, and each watch once, before it sees anything newer.
 */
import {
  ErrorCode,
  EventType,
  type Notification,
  type Reply,
  type Request,
  type SessionId,
  type Zxid,
} from '../../../../spec/vocabulary/index.js'
import { isSameOutput } from '../../../conform/compare-outputs.js'
import { hex } from '../../../storage/names.js'
import { inspect } from 'node:util'
import { type SpecOrder, stampOf, type Watched } from './spec-order.js'
import { Violation } from './violation.js'
import type { Changes } from './changes.js'

/** A write that a request came to. */
const writes = new Set<Request['op']>([
  'create',
  'create2',
  'createContainer',
  'createTTL',
  'delete',
  'setData',
  'setACL',
  'check',
  'multi',
  'closeSession',
])

interface Asked {
  readonly request: Request
  /** The last write that was acknowledged to anybody when this was asked. */
  readonly acknowledged: Zxid
}

/** What all clients' histories share. */
export interface Shared {
  readonly order: SpecOrder
  readonly changes: Changes
  /** The last write that was acknowledged to anybody. */
  acknowledged: Zxid
  /** Reads that nobody could judge, and those that were. */
  unjudged: number
  judged: number
  /** Requests that were answered. */
  answered: number
  /** Sessions that ended without being asked to. */
  expired: number
}

export class ClientHistory {
  private readonly asked = new Map<number, Asked>()
  /** What the spec says of writes that are committed and not answered. */
  private readonly due = new Map<number, Reply>()
  /** Since when each watch waits, and whether for something that was not there. */
  private readonly watches = new Map<string, { readonly since: Zxid; readonly isAbsent: boolean }>()
  /** Watches of a connection before this one are set again. */
  private isSet = true
  private seen: Zxid = 0n
  /** What a sync makes its client see. */
  private synced: Zxid = 0n

  constructor(
    readonly session: SessionId,
    private readonly shared: Shared,
  ) {}

  get lastSeen(): Zxid {
    return this.seen
  }

  /** Paths by kind of watch, for `setWatches`. */
  outstanding(): Record<'data' | 'exist' | 'child', readonly string[]> {
    const lists = { data: [] as string[], exist: [] as string[], child: [] as string[] }
    for (const [key, { isAbsent }] of this.watches) {
      const [kind, path] = keyParts(key)
      lists[isAbsent ? 'exist' : kind].push(path)
    }
    return lists
  }

  requestOf(xid: number): Request | undefined {
    return this.asked.get(xid)?.request
  }

  ask(xid: number, request: Request): void {
    this.asked.set(xid, { request, acknowledged: this.shared.acknowledged })
  }

  /** A write is committed, and comes to this. */
  served(reply: Reply): void {
    this.due.set(reply.xid, reply)
  }

  /** The session is gone, and its client had not asked for that. */
  expired(): void {
    this.shared.expired++
  }

  /** The connection is gone: what is not answered now never is. */
  disconnected(): void {
    this.due.clear()
  }

  /** Another connection; watches of the last are about to be set again. */
  reconnected(): void {
    this.isSet = this.watches.size === 0
  }

  watchesSet(zxid: Zxid): void {
    const { order } = this.shared
    // WATCHER-62: what came and went while nobody looked is not told.
    for (const [key, { since, isAbsent }] of this.watches) {
      const [kind, path] = keyParts(key)
      const then = order.at(since)
      const now = order.at(zxid)
      if (then === undefined || now === undefined) continue
      if (stampOf(then.tree.get(path), kind) === stampOf(now.tree.get(path), kind))
        this.watches.set(key, { since: zxid, isAbsent })
    }
    this.isSet = true
    this.see(zxid)
  }

  notified({ event }: Notification): void {
    const { path, type } = event
    const kinds: readonly Watched[] =
      type === EventType.NodeDeleted
        ? ['data', 'child']
        : type === EventType.NodeChildrenChanged
          ? ['child']
          : ['data']
    const found = kinds.filter((kind) => this.watches.has(`${kind} ${path}`))
    if (found.length === 0)
      throw new Violation('SERVICE-47', `${this.name} is told of ${path} (${type}), which it does not watch`)
    for (const kind of found) {
      const { since } = this.watches.get(`${kind} ${path}`)!
      const change = this.shared.changes.firstAfter(kind, path, since)
      if (change === undefined)
        throw new Violation('SERVICE-47', `${this.name} is told of ${path} (${type}), which has not changed`)
      this.watches.delete(`${kind} ${path}`)
    }
  }

  replied(reply: Reply): void {
    const asked = this.asked.get(reply.xid)
    if (asked === undefined) return this.see(reply.zxid)
    this.asked.delete(reply.xid)
    this.shared.answered++
    const { request, acknowledged } = asked
    if (reply.err === ErrorCode.SessionMoved || reply.err === ErrorCode.SessionExpired) return
    if (writes.has(request.op)) this.write(request, reply, acknowledged)
    else if (request.op === 'sync') this.synced = acknowledged
    else this.read(request, reply)
    this.see(reply.zxid)
    if (request.op === 'sync') return
    if (reply.zxid < this.synced)
      throw new Violation(
        'SERVICE-33',
        `${this.name} reads ${hex(reply.zxid)} after a sync that was asked when ${hex(this.synced)} was acknowledged`,
      )
  }

  private write(request: Request, reply: Reply, acknowledged: Zxid): void {
    const due = this.due.get(reply.xid)
    if (due === undefined)
      throw new Violation(
        'SERVICE-26',
        `${this.name} is told that ${request.op} ${hex(reply.zxid)} is done, which is not committed`,
      )
    this.due.delete(reply.xid)
    this.compare(request, due, reply)
    if (reply.zxid <= acknowledged)
      throw new Violation(
        'SERVICE-20',
        `${this.name}: ${request.op} ${hex(reply.zxid)} was asked after ${hex(acknowledged)} was acknowledged`,
      )
    if (reply.zxid > this.shared.acknowledged) this.shared.acknowledged = reply.zxid
  }

  private read(request: Request, reply: Reply): void {
    if (request.op === 'setWatches' || request.op === 'setWatches2') return
    const due = this.shared.order.read(this.session, reply.xid, request, reply.zxid)
    if (due === undefined) this.shared.unjudged++
    else {
      this.shared.judged++
      this.compare(request, { ...due, zxid: reply.zxid }, reply)
    }
    if (!('watch' in request) || !request.watch) return
    const isThere = reply.err === 0
    if (!isThere && request.op !== 'exists') return
    const kind = request.op === 'getChildren' || request.op === 'getChildren2' ? 'child' : 'data'
    const key = `${kind} ${request.path}`
    if (!this.watches.has(key)) this.watches.set(key, { since: reply.zxid, isAbsent: !isThere })
  }

  private compare(request: Request, due: Reply, reply: Reply): void {
    const output = (of: Reply) => ({ type: 'reply', connection: 0, reply: of }) as const
    if (isSameOutput(output(due), output(reply))) return
    throw new Violation(
      'SERVICE-22',
      `${this.name}: ${inspect(request, { breakLength: Infinity })} at ${hex(reply.zxid)} comes to ` +
        `${inspect(reply, { depth: 6, breakLength: Infinity })}, not to ${inspect(due, { depth: 6, breakLength: Infinity })}`,
    )
  }

  /** The client sees a zxid: never an older one again, and no watch is due before it. */
  private see(zxid: Zxid): void {
    if (zxid < this.seen)
      throw new Violation('SERVICE-24', `${this.name} sees ${hex(zxid)} after it saw ${hex(this.seen)}`)
    this.seen = zxid
    if (!this.isSet) return
    for (const [key, { since }] of this.watches) {
      const [kind, path] = keyParts(key)
      const change = this.shared.changes.firstAfter(kind, path, since)
      if (change !== undefined && change <= zxid)
        throw new Violation(
          'SERVICE-40',
          `${this.name} sees ${hex(zxid)}, but was not told of the change of ${path} at ${hex(change)} (${kind} watch since ${hex(since)})`,
        )
    }
  }

  private get name(): string {
    return `session ${hex(this.session)}`
  }
}

function keyParts(key: string): readonly [Watched, string] {
  const space = key.indexOf(' ')
  return [key.slice(0, space) as Watched, key.slice(space + 1)]
}
