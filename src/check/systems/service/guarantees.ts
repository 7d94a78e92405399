/**
 * What the service guarantees, as questions about one step: the spec's invariants, those of its tree, and what its prose
 * promises clients that only shows across a step. `client-watches.ts` has what only a client that remembers can tell.
 */
import { invariants, stepInvariants } from '../../../../spec/service/service-invariants.js'
import type { Service } from '../../../../spec/service/service-state.js'
import { treeInvariants } from '../../../../spec/tree/tree-invariants.js'
import { ErrorCode, type Reply } from '../../../../spec/vocabulary/index.js'
import type { Watches } from '../../../../spec/watcher/watcher-model.js'
import type { BrokenRule } from './plain-state.js'
import type { Taken } from './client-watches.js'

/** What the spec's own invariants are called here: they only have rules. */
const specNames: Readonly<Record<string, string>> = {
  'SERVICE-12': 'each request that is served gets one reply, with its xid',
  'SERVICE-20': 'writes have places in one order, and nothing changes without one',
  'SERVICE-21': 'a write takes effect entirely or not at all',
  'SERVICE-24': 'no client has seen what has not happened',
  'SERVICE-42': 'notifications of a write come before its reply',
  'SERVICE-53': 'a session and its one connection know each other',
  'SERVICE-55': 'a connection that is gone is told nothing',
  'SERVICE-57': 'nothing comes after the end of a connection',
  'SERVICE-59': 'what belongs to a session exists only while it does',
}

interface Guarantee {
  readonly rule: string
  readonly name: string
  /** What breaks it, in words. */
  broken(taken: Taken): string | null
}

const replyOf = ({ after }: Taken): Reply | undefined =>
  after.outputs.find((output) => output.type === 'reply')?.reply

const stepGuarantees: readonly Guarantee[] = [
  {
    rule: 'SERVICE-14',
    name: 'a request that arrives renews its session',
    broken({ event, after }) {
      if (event.type !== 'request' || event.request.op === 'auth' || event.request.op === 'sasl') return null
      const id = after.connections.get(event.connection)?.session
      const session = id === undefined ? undefined : after.sessions.get(id)
      return session === undefined || session.heard >= event.now ? null : `session ${id} was not heard`
    },
  },
  {
    rule: 'SERVICE-21',
    name: 'what fails changes nothing',
    broken(taken) {
      const reply = replyOf(taken)
      if (reply === undefined || taken.before.tree === taken.after.tree) return null
      const parts = reply.result?.op === 'multi' ? reply.result.results : []
      const err = parts.find((part) => part.op === 'error')?.err ?? reply.err
      return err === ErrorCode.Ok ? null : `a request failed with ${err}, and changed the tree`
    },
  },
  {
    rule: 'SERVICE-24',
    name: 'no client is shown an older state than before',
    broken(taken) {
      const reply = replyOf(taken)
      if (reply === undefined || taken.event.type !== 'serve') return null
      const { session } = taken.before.connections.get(taken.event.connection)!
      const seen = taken.before.sessions.get(session)?.seen ?? 0n
      return reply.zxid < seen ? `shown ${reply.zxid} after ${seen}` : null
    },
  },
  {
    rule: 'SERVICE-25',
    name: 'a read sees every write that was applied',
    broken(taken) {
      const { event, before } = taken
      const request =
        event.type === 'serve' ? before.connections.get(event.connection)?.waiting[0]?.request : undefined
      const reply = replyOf(taken)
      if (reply === undefined || (request?.op !== 'getData' && request?.op !== 'exists')) return null
      if (reply.err === ErrorCode.SessionExpired) return null
      const now = before.tree.get(request.path)?.mzxid
      const { result } = reply
      const shown = result?.op === 'getData' || result?.op === 'exists' ? result.stat.mzxid : undefined
      return now === shown ? null : `${request.path} was shown as of ${shown}, and is of ${now}`
    },
  },
  {
    rule: 'SERVICE-30',
    name: 'a reply carries the zxid of the last write',
    broken(taken) {
      const reply = replyOf(taken)
      return reply === undefined || reply.zxid === taken.after.zxid
        ? null
        : `the reply carries ${reply.zxid}, and the last write is ${taken.after.zxid}`
    },
  },
  {
    rule: 'SERVICE-51',
    name: 'a session that is about to end is not renewed',
    broken({ before, event, after }) {
      if (event.type !== 'connect' || event.request.sessionId === 0n) return null
      const id = event.request.sessionId
      const isRenewed = after.outputs.some(
        (output) => output.type === 'connected' && output.response.sessionId === id,
      )
      if (!isRenewed) return null
      const session = before.sessions.get(id)
      if (session === undefined) return `session ${id} was over, and is renewed`
      if (session.givenUp) return `session ${id} was given up, and is renewed`
      return isClosing(before, id) ? `session ${id} waits for its closing, and is renewed` : null
    },
  },
  {
    rule: 'SERVICE-56',
    name: 'no session is given up that was heard of within its timeout',
    broken({ before, event }) {
      const session = event.type === 'giveUp' ? before.sessions.get(event.session) : undefined
      if (session === undefined || event.now > session.heard + session.timeOut) return null
      return `session ${session.id} was heard of ${event.now - session.heard} ms ago`
    },
  },
  {
    rule: 'SERVICE-56',
    name: 'a session that was given up stays so until it ends',
    broken({ before, after }) {
      const saved = [...before.sessions.values()].find(
        ({ id, givenUp }) => givenUp && after.sessions.get(id)?.givenUp === false,
      )
      return saved === undefined ? null : `session ${saved.id} was given up, and is not any more`
    },
  },
  {
    rule: 'SERVICE-56',
    name: 'a session ends by its closing, or after it was given up',
    broken({ before, event, after }) {
      const ended = [...before.sessions.values()].find(
        ({ id, givenUp }) => !givenUp && !after.sessions.has(id) && !isClosing(before, id),
      )
      return ended === undefined ? null : `session ${ended.id} ended by ${event.type}`
    },
  },
  {
    rule: 'SERVICE-44',
    name: 'a connection that is gone has no watches',
    broken({ after }) {
      const { data, child } = after.watches as Watches
      for (const table of [data, child])
        for (const [path, watchers] of table)
          for (const connection of watchers.keys())
            if (after.connections.get(connection)?.life !== 'open')
              return `connection ${connection} is gone, and watches ${path}`
      return null
    },
  },
]

/** The complaints of clients and of the model, which find these in other ways. */
const others: readonly { readonly rule: string; readonly name: string }[] = [
  { rule: 'SERVICE-23', name: 'the writes of a session take effect in the order in which they were sent' },
  { rule: 'SERVICE-40', name: 'a change is told before it is shown' },
  { rule: 'SERVICE-43', name: 'what was missed is told before the reply to setWatches' },
  { rule: 'SERVICE-47', name: 'a client is told only of what it watches' },
  { rule: 'SERVICE-47', name: 'the service watches what its clients wait for' },
]

/** Every statement that a step is held against. */
export const statements: readonly { readonly rule: string; readonly name: string }[] = [
  ...Object.entries(specNames).map(([rule, name]) => ({ rule, name })),
  ...treeInvariants.map(({ rule, name }) => ({ rule, name })),
  ...stepGuarantees.map(({ rule, name }) => ({ rule, name })),
  ...others,
]

/** What a step broke, as far as the step alone shows it. */
export function brokenGuarantees(taken: Taken): readonly BrokenRule[] {
  const { before, event, after } = taken
  const broken: BrokenRule[] = []
  const byRule = [...invariants(after), ...stepInvariants(before, event, after)]
  for (const { rule, found } of byRule) broken.push({ rule, name: specNames[rule]!, found })
  for (const { rule, name, broken: findingOf } of after.tree === before.tree ? [] : treeInvariants)
    if (findingOf(after.tree, after.settings) !== null)
      broken.push({ rule, name, found: [...after.tree.keys()].join(' ') })
  for (const guarantee of stepGuarantees) {
    const found = guarantee.broken(taken)
    if (found !== null) broken.push({ rule: guarantee.rule, name: guarantee.name, found })
  }
  return broken
}

function isClosing({ connections }: Service, id: bigint): boolean {
  return [...connections.values()].some(
    ({ session, waiting }) => session === id && waiting.some(({ request }) => request.op === 'closeSession'),
  )
}
