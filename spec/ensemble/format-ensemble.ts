/** Servers, packets and worlds in words: what counterexamples, scenarios and diagrams print. */
import type { Packet, Store, Txn } from '../broadcast/broadcast-types.js'
import { formatZxid } from '../broadcast/zxid.js'
import type { Server } from './ensemble-server.js'
import type { World } from './ensemble-world.js'

/** Transactions as `0x100000001=1`: zxid and write. */
export function formatTxns(txns: readonly Txn[]): string {
  return txns.length === 0 ? '-' : txns.map(({ zxid, request }) => `${formatZxid(zxid)}=${request}`).join(' ')
}

/** A packet in a line. */
export function formatPacket(packet: Packet): string {
  switch (packet.type) {
    case 'FOLLOWERINFO':
    case 'OBSERVERINFO':
      return `${packet.type} accepted ${packet.acceptedEpoch}`
    case 'LEADERINFO':
    case 'NEWLEADER':
      return `${packet.type} epoch ${packet.epoch}`
    case 'ACKEPOCH':
      return `ACKEPOCH current ${packet.currentEpoch}, last ${formatZxid(packet.lastZxid)}`
    case 'SNAP':
      return `SNAP ${formatZxid(packet.zxid)} [${formatTxns(packet.txns)}]`
    case 'DIFF':
    case 'TRUNC':
    case 'COMMIT':
    case 'ACK':
      return `${packet.type} ${formatZxid(packet.zxid)}`
    case 'PROPOSAL':
    case 'INFORM':
      return `${packet.type} ${formatTxns([packet.txn])}`
    case 'REQUEST':
      return `REQUEST write ${packet.request}`
    case 'UPTODATE':
    case 'SYNC':
    case 'PING':
    case 'REVALIDATE':
      return packet.type
  }
}

function showStore({ disk, database, toLog, startsOver }: Store): string {
  const { acceptedEpoch, currentEpoch, snapshot, log } = disk
  const parts = [`epochs ${acceptedEpoch}/${currentEpoch}`]
  if (snapshot.zxid > 0) parts.push(`snapshot ${formatZxid(snapshot.zxid)} [${formatTxns(snapshot.txns)}]`)
  parts.push(`log [${formatTxns(log)}]`)
  if (toLog.length > 0) parts.push(`to log [${formatTxns(toLog)}]`)
  if (startsOver) parts.push('starts over')
  parts.push(`memory ${formatZxid(database.lastProcessed)} [${formatTxns(database.txns)}]`)
  return parts.join(', ')
}

/** A server in a line. */
export function formatServer(server: Server): string {
  const { life, peer } = server
  if (life === 'down') return `down${server.stuck ? ', can’t start' : ''}; ${showStore(peer)}`
  if (life === 'looking') return `looking; ${showStore(peer)}`
  if (life === 'following') {
    const { leader, notLogged, committed, pending } = server.peer
    const parts = [`following ${leader}, ${server.state}`, showStore(peer)]
    if (notLogged.length > 0) parts.push(`kept [${formatTxns(notLogged)}] of which ${committed} committed`)
    if (pending.length > 0) parts.push(`pending [${formatTxns(pending)}]`)
    return parts.join('; ')
  }
  const { epoch, learners, outstanding } = server.peer
  const parts = [`leading, ${server.state}, epoch ${epoch}`, showStore(peer)]
  if (learners.length > 0)
    parts.push(`learners ${learners.map(({ sid, stage }) => `${sid} ${stage}`).join(', ')}`)
  for (const { txn, acks } of outstanding)
    parts.push(`outstanding ${formatTxns([txn])} acked by ${acks.join(', ') || '-'}`)
  return parts.join('; ')
}

/** The history in a line. */
export function formatWorld({ established, committed, cut }: World): string {
  const parts = [
    `established ${established.map(({ epoch, leader }) => `${leader} in epoch ${epoch}`).join(', ') || '-'}`,
    `committed [${formatTxns(committed)}]`,
  ]
  if (cut.length > 0) parts.push(`cut ${cut.map((pair) => pair.join('-')).join(', ')}`)
  return parts.join('; ')
}
