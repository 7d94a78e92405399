/**
 * What holds in every reachable state of the service, and across every step. Each names the rule that it restates.
 */
import type { ServiceEvent, ServiceOutput } from './service-events.js'
import type { Service } from './service-state.js'

/** A broken invariant: which rule, and what was found. */
export interface Broken {
  readonly rule: string
  readonly found: string
}

/** The owners that are not sessions: containers, and TTL nodes (top byte 0xff). */
function isSessionOwner(owner: bigint): boolean {
  const unsigned = BigInt.asUintN(64, owner)
  if (unsigned === 0n || unsigned === 0x8000000000000000n) return false
  return unsigned >> 56n !== 0xffn
}

/** What must hold in a state. */
export function invariants(service: Service): readonly Broken[] {
  const broken: Broken[] = []
  for (const [path, node] of service.tree) {
    if (
      isSessionOwner(node.ephemeralOwner) &&
      !service.sessions.has(BigInt.asIntN(64, node.ephemeralOwner))
    ) {
      broken.push({
        rule: 'SERVICE-59',
        found: `${path} belongs to session 0x${node.ephemeralOwner.toString(16)}, which is over`,
      })
    }
    for (const [field, zxid] of [
      ['czxid', node.czxid],
      ['mzxid', node.mzxid],
      ['pzxid', node.pzxid],
    ] as const) {
      if (zxid > service.zxid)
        broken.push({
          rule: 'SERVICE-20',
          found: `${path} has ${field} ${zxid}, after the last write ${service.zxid}`,
        })
    }
    if (path !== '/' && !service.tree.has(path.slice(0, path.lastIndexOf('/')) || '/')) {
      broken.push({ rule: 'SERVICE-21', found: `${path} has no parent` })
    }
  }
  for (const session of service.sessions.values()) {
    if (session.seen > service.zxid) {
      broken.push({
        rule: 'SERVICE-24',
        found: `session 0x${session.id.toString(16)} saw ${session.seen}, and the last write is ${service.zxid}`,
      })
    }
    if (session.connection === null) continue
    const connection = service.connections.get(session.connection)
    if (connection?.life !== 'open' || connection.session !== session.id) {
      broken.push({
        rule: 'SERVICE-53',
        found: `session 0x${session.id.toString(16)} is on connection ${session.connection}, which is not its own`,
      })
    }
  }
  for (const { id, life, session } of service.connections.values()) {
    if (life === 'open' && service.sessions.get(session)?.connection !== id) {
      broken.push({ rule: 'SERVICE-53', found: `connection ${id} is open, and its session is not on it` })
    }
  }
  return broken
}

/** What must hold across a step. */
export function stepInvariants(before: Service, event: ServiceEvent, after: Service): readonly Broken[] {
  const broken: Broken[] = []
  if (after.zxid !== before.zxid && after.zxid !== before.zxid + 1n) {
    broken.push({ rule: 'SERVICE-20', found: `one step went from zxid ${before.zxid} to ${after.zxid}` })
  }
  if (after.zxid === before.zxid && after.tree !== before.tree) {
    broken.push({ rule: 'SERVICE-20', found: 'the tree changed without a write' })
  }
  if (event.type === 'serve') broken.push(...replyInvariants(before, event.connection, after.outputs))
  broken.push(...orderInvariants(after.outputs))
  const gone = after.outputs.find(
    (output) =>
      output.type !== 'connected' &&
      output.type !== 'closed' &&
      before.connections.get(output.connection)?.life !== 'open',
  )
  if (gone !== undefined) {
    broken.push({
      rule: 'SERVICE-55',
      found: `connection ${gone.connection} was told something after it was gone`,
    })
  }
  return broken
}

/** SERVICE-12: serving gives one reply, to whoever asked, with the xid that was asked. */
function replyInvariants(before: Service, asker: number, outputs: readonly ServiceOutput[]): Broken[] {
  const replies = outputs.filter((output) => output.type === 'reply')
  const connection = before.connections.get(asker)!
  const expected = connection.life === 'open' ? 1 : 0
  if (replies.length !== expected) {
    return [{ rule: 'SERVICE-12', found: `${replies.length} replies to one request` }]
  }
  const { xid, request } = connection.waiting[0]!
  const wrong = replies.find(
    (output) => output.connection !== asker || (output.reply.xid !== xid && request.op !== 'ping'),
  )
  return wrong === undefined
    ? []
    : [{ rule: 'SERVICE-12', found: `a reply with xid ${wrong.reply.xid} to request ${xid}` }]
}

/** SERVICE-42: the notifications of a step come before its reply; nothing comes after `closed`. */
function orderInvariants(outputs: readonly ServiceOutput[]): Broken[] {
  const replied = new Set<number>()
  const closed = new Set<number>()
  const broken: Broken[] = []
  for (const { type, connection } of outputs) {
    if (closed.has(connection))
      broken.push({
        rule: 'SERVICE-57',
        found: `connection ${connection} was told something after it was closed`,
      })
    if (type === 'notification' && replied.has(connection))
      broken.push({ rule: 'SERVICE-42', found: `connection ${connection} was notified after the reply` })
    if (type === 'reply') replied.add(connection)
    if (type === 'closed') closed.add(connection)
  }
  return broken
}
