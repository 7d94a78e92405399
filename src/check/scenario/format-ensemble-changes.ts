/** What a step changed of an ensemble, in the spec's words: only what is new, a server a line, then what the world learned. */
import type { Packet, Txn } from '../../../spec/broadcast/broadcast-types.js'
import { formatZxid } from '../../../spec/broadcast/zxid.js'
import type { Server } from '../../../spec/ensemble/ensemble-server.js'
import { formatTxns } from '../../../spec/ensemble/format-ensemble.js'
import type { World } from '../../../spec/ensemble/ensemble-world.js'
import type { NetworkState } from '../model/network.js'

export type EnsembleState = NetworkState<Server, Packet, World>

/** A server that changed, and its new state. */
export interface Change {
  readonly what: string
  readonly news: string
}

/** What is different after a step, servers in order. */
export function changesBetween(before: EnsembleState, after: EnsembleState): readonly Change[] {
  const servers = after.locals.flatMap((server, process): Change[] => {
    const news = newsOf(before.locals[process]!, server)
    return news.length === 0 ? [] : [{ what: `server ${process + 1}`, news: news.join('; ') }]
  })
  return [...servers, ...learned(before.world, after.world)]
}

function newsOf(before: Server, after: Server): string[] {
  const was = factsOf(before)
  const is = factsOf(after)
  const gone = before.life === after.life ? [...was.keys()].filter((name) => !is.has(name)) : []
  return [
    ...[...is].filter(([name, fact]) => was.get(name) !== fact).map(([, fact]) => fact),
    ...gone
      .filter((name) => name !== 'state')
      .map((name) => (/^(learner|outstanding) /.test(name) ? `no ${name}` : `nothing ${name}`)),
  ]
}

/** What there is to say of a server, by what it is about. What it doesn't have is not spoken of. */
function factsOf(server: Server): ReadonlyMap<string, string> {
  const { life, peer } = server
  const { acceptedEpoch, currentEpoch, snapshot, log } = peer.disk
  const { txns, lastProcessed } = peer.database
  const facts = new Map([['role', roleOf(server)]])
  if ('state' in server) facts.set('state', server.state)
  const say = (name: string, fact: string) => facts.set(name, `${name} ${fact}`)
  say('acceptedEpoch', String(acceptedEpoch))
  say('currentEpoch', String(currentEpoch))
  if (snapshot.zxid > 0) say('snapshot', `${formatZxid(snapshot.zxid)} [${formatTxns(snapshot.txns)}]`)
  if (log.length > 0 || snapshot.zxid > 0) say('log', listed(log))
  if (peer.toLog.length > 0) say('unlogged', listed(peer.toLog))
  if (life !== 'down') say('tree', treeOf(txns, lastProcessed))
  if (server.life === 'following') {
    const { notLogged, committed, pending } = server.peer
    if (notLogged.length > 0) say('kept', `${listed(notLogged)}, ${committed} committed`)
    if (pending.length > 0) say('pending', listed(pending))
  }
  if (server.life === 'leading') {
    for (const { sid, stage } of server.peer.learners) say(`learner ${sid}`, stage)
    for (const { txn, acks } of server.peer.outstanding)
      say(
        `outstanding ${formatTxns([txn])}`,
        acks.length === 0 ? 'on no log' : `logged by ${acks.join(', ')}`,
      )
  }
  return facts
}

function roleOf(server: Server): string {
  switch (server.life) {
    case 'down':
      return server.stuck ? 'down, and can’t start' : 'down'
    case 'looking':
      return 'looking'
    case 'following':
      return `following ${server.peer.leader}`
    case 'leading':
      return `leading epoch ${server.peer.epoch}`
  }
}

const listed = (txns: readonly Txn[]): string => `[${formatTxns(txns)}]`

/** The last zxid that was applied is that of the last transaction, or the epoch's own. */
function treeOf(txns: readonly Txn[], lastProcessed: number): string {
  const isOwn = (txns.at(-1)?.zxid ?? 0) === lastProcessed
  return `${listed(txns)}${isOwn ? '' : ` at ${formatZxid(lastProcessed)}`}`
}

function learned(before: World, after: World): readonly Change[] {
  const established = after.established
    .slice(before.established.length)
    .map(({ epoch, leader }) => `server ${leader} is established in epoch ${epoch}`)
  const committed = after.committed.slice(before.committed.length)
  const news = [...established, ...(committed.length === 0 ? [] : [`${formatTxns(committed)} is committed`])]
  return news.length === 0 ? [] : [{ what: 'ensemble', news: news.join('; ') }]
}
