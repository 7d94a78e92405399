/**
 * Replays a learner's turns on the spec's follower: the leader's packets must be allowed where they come, and what the learner
 * sends must be due. The spec's disk is kept short: of the log the last record counts here, of the tree how far it has come.
 */
import { isDeepStrictEqual } from 'node:util'
import type { AnyStateNode } from 'xstate'
import type { Ensemble, Txn } from '../../spec/broadcast/broadcast-types.js'
import { noEffects } from '../../spec/broadcast/effects.js'
import {
  type FollowerContext,
  type FollowerEvent,
  followerOf,
} from '../../spec/broadcast/follower-actions.js'
import { followerMachine } from '../../spec/broadcast/follower-machine.js'
import { lastLogged } from '../../spec/broadcast/store.js'
import { lastCounter } from '../../spec/broadcast/zxid.js'
import { compilePure } from '../machine/compile-pure.js'
import { rulesOf, transitionsOf } from '../machine/structure.js'
import type { TraceEvent } from '../trace/trace-event.js'
import { formatValue } from './format-event.js'
import type { Rejection } from './rejection.js'
import type { Coverage } from './rule-coverage.js'

const spec = compilePure(followerMachine)
/** The leader's sid, which no rule of a learner asks for. */
const leader = 0
/** The rule where none of a turn's own is known. */
const general = 'BROADCAST-67'
/** States of a server that waits for its disk, or for a stream: to the spec it has not taken the packet yet. */
const waits = new Set(['synchronization.truncating', 'synchronization.receivingSnapshot'])

type Input = TraceEvent['input'] & { readonly zxid?: bigint; readonly epoch?: number }

export class LearnerValidator {
  private value = 'left'
  private context: FollowerContext | undefined
  /** The packet that the server has not taken yet. */
  private waiting: FollowerEvent | undefined
  private sent: unknown[] = []
  private rule = general

  constructor(private readonly coverage?: Coverage) {}

  accept(event: TraceEvent): Rejection | undefined {
    const input = event.input as Input
    if (input.type === 'BEGIN') return this.begin(input)
    if (this.context === undefined) return this.reject(event, 'the trace does not say what the learner has')
    this.sent = []
    for (const each of this.eventsOf(event, input)) {
      const refused = this.step(each)
      if (refused !== undefined) return this.reject(event, refused, this.possible())
    }
    const state = event.after ?? ''
    if (!waits.has(state) && state !== this.value)
      return this.reject(event, `${input.type} went to ${state}`, [this.value])
    const found = plain((event.vars as { readonly sent?: unknown } | undefined)?.sent ?? [])
    if (isDeepStrictEqual(found, this.sent)) return undefined
    return this.reject(event, `${input.type} sent ${formatValue(found)}`, [formatValue(this.sent)])
  }

  private begin(input: Input): undefined {
    const { member, acceptedEpoch, currentEpoch, isObserver, startsOver } = input as unknown as {
      readonly member: number
      readonly acceptedEpoch: number
      readonly currentEpoch: number
      readonly isObserver: boolean
      readonly startsOver: boolean
    }
    const zxid = Number(input.zxid)
    const ensemble: Ensemble = {
      participants: isObserver ? [leader] : [leader, member],
      observers: isObserver ? [member] : [],
      forceSnapSync: false,
      committedLogLimit: 1,
      counterLimit: lastCounter,
    }
    const disk = { acceptedEpoch, currentEpoch, snapshot: { zxid, txns: [] }, log: [] }
    const database = { txns: [], lastProcessed: zxid, committedLog: [] }
    this.context = followerOf(
      { sid: member, ensemble, disk, database, toLog: [], startsOver, ...noEffects },
      leader,
    )
    this.value = 'elected'
    this.waiting = undefined
  }

  /** The spec's events that a turn of the server stands for: mostly one; none where it waits, or time passes. */
  private eventsOf({ before, after }: TraceEvent, input: Input): readonly FollowerEvent[] {
    const hasLeft = after === 'left' && before !== 'left'
    switch (input.type) {
      case 'HALF_TICK':
      case 'GIVE_UP':
        return hasLeft ? [{ type: 'GIVE_UP' }] : []
      case 'LOG_FAILED':
        return hasLeft ? [this.can('DISK_ERROR') ? { type: 'DISK_ERROR' } : { type: 'GIVE_UP' }] : []
      case 'FORWARD':
        return this.forwards(input)
      case 'LOGGED':
        return this.logs(Number(input.zxid), before !== after)
      case 'TRUNC':
      case 'SNAP':
        if (!waits.has(after ?? '')) return [packetOf(input)]
        this.waiting = packetOf(input)
        return []
      case 'TRUNCATED':
        return this.truncates(input, hasLeft)
      case 'SNAPSHOT_RECEIVED':
        return this.take()
      case 'ACCEPTED_EPOCH_WRITTEN':
      case 'SNAPSHOT_WRITTEN':
      case 'CURRENT_EPOCH_WRITTEN':
        return [{ type: 'WRITE' }]
      default:
        return [packetOf(input)]
    }
  }

  /** Only a write is the spec's business; what else clients ask goes to the leader, and the answer comes by itself. */
  private forwards(input: Input): readonly FollowerEvent[] {
    const { request } = input as unknown as { readonly request: { readonly type: string; request?: number } }
    if (request.type === 'REQUEST') return [{ type: 'CLIENT', request: request.request ?? 0 }]
    if (this.value === 'broadcast') this.sent.push(plain(request))
    return []
  }

  private logs(zxid: number, hasMoved: boolean): readonly FollowerEvent[] {
    if (this.value === 'synchronization.loggingCommitted') return hasMoved ? [{ type: 'WRITE' }] : []
    if (this.value !== 'broadcast') return []
    const { toLog } = this.context!
    return toLog.filter((txn) => txn.zxid <= zxid).map(() => ({ type: 'LOG' as const }))
  }

  /** What the disk had is not in the trace, but what became of the cut is. */
  private truncates(input: Input, hasLeft: boolean): readonly FollowerEvent[] {
    const context = this.context!
    const [packet] = this.take()
    if (packet?.type !== 'TRUNC') return [packetOf(input)]
    const isCut = !hasLeft && input.zxid !== undefined
    const zxid = isCut ? Number(input.zxid) : packet.zxid + 1
    const log: readonly Txn[] = []
    this.context = { ...context, disk: { ...context.disk, snapshot: { zxid, txns: [] }, log } }
    return isCut ? [packet, { type: 'WRITE' }] : [packet]
  }

  private take(): readonly FollowerEvent[] {
    const { waiting } = this
    this.waiting = undefined
    return waiting === undefined ? [] : [waiting]
  }

  private can(type: 'DISK_ERROR'): boolean {
    return spec.can(this.value, this.context!, { type })
  }

  /** @returns why the spec takes no such step */
  private step(event: FollowerEvent): string | undefined {
    const step = spec.step(this.value, this.context!, event)
    if (step === null) {
      this.rule = ruleOf(this.value, event.type)
      return `${formatValue(event)} has no place in ${this.value}`
    }
    this.coverage?.recordRules(step.transition.rules)
    this.rule = step.transition.rules.at(-1) ?? general
    this.value = step.value
    this.sent.push(...step.context.sends.map(({ packet }) => packet))
    this.context = shortened({ ...step.context, ...noEffects })
    return undefined
  }

  private possible(): readonly string[] {
    const { database, notLogged, committed, pending, epoch } = this.context!
    const last = notLogged.at(-1) ?? pending.at(-1)
    const due = this.value === 'broadcast' ? pending[0] : notLogged[committed]
    return [
      `a proposal after ${hex(last?.zxid ?? database.lastProcessed)}`,
      due === undefined ? 'no commit: nothing waits' : `the commit of ${hex(due.zxid)}`,
      `in epoch ${epoch}`,
    ]
  }

  private reject(event: TraceEvent, why: string, allowed: readonly string[] = []): Rejection {
    return { event, rule: this.rule, why: `learner ${event.instance}: ${why}`, allowed }
  }
}

/** The rule that says when an event has its place in a state. */
function ruleOf(value: string, type: string): string {
  let leaf: AnyStateNode | undefined = followerMachine.root
  for (const key of value.split('.')) leaf = leaf?.states[key]
  const [first] = leaf === undefined ? [] : transitionsOf(leaf, type)
  return rulesOf(first?.meta)[0] ?? general
}

/** The last record of the log stands for it; the transactions themselves are the service's business. */
function shortened(context: FollowerContext): FollowerContext {
  const { disk, database } = context
  const zxid = lastLogged(disk)
  return {
    ...context,
    disk: { ...disk, snapshot: { zxid, txns: [] }, log: [] },
    database: { ...database, txns: [], committedLog: [] },
  }
}

function packetOf(input: Input): FollowerEvent {
  const { type, zxid, epoch } = input
  const from = leader
  const txn = { zxid: Number(zxid), request: Number(zxid) }
  if (type === 'PROPOSAL' || type === 'INFORM') return { type, from, txn }
  if (type === 'SNAP') return { type, from, zxid: Number(zxid), txns: [] }
  const fields = {
    ...(zxid === undefined ? {} : { zxid: Number(zxid) }),
    ...(epoch === undefined ? {} : { epoch }),
  }
  return { type, from, ...fields } as FollowerEvent
}

/** A packet with the spec's numbers and names. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  const { zxid, ...rest } = value as { readonly type: string; readonly zxid?: bigint }
  if (zxid === undefined) return rest
  return { ...rest, [rest.type === 'ACKEPOCH' ? 'lastZxid' : 'zxid']: Number(zxid) }
}

const hex = (zxid: number): string => `0x${zxid.toString(16)}`
