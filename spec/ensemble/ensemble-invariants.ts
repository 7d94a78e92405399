/**
 * What must hold in every state of an ensemble, whatever fails: the properties of Zab (Junqueira, Reed, Serafini: DSN 2011)
 * over what servers have, and those of the implementation that they rest on.
 */
import type { Invariant } from '../notation/invariant.js'
import { isQuorum } from '../broadcast/majority-quorum.js'
import { lastLogged } from '../broadcast/store.js'
import type { Disk, Ensemble, Note, Txn } from '../broadcast/broadcast-types.js'
import { counterOf, follows, formatZxid, type Sid } from '../broadcast/zxid.js'
import type { Server } from './ensemble-server.js'
import type { World } from './ensemble-world.js'

/** Whether clients read from a server, and it answers what it has applied. */
export const isServing = (server: Server): boolean =>
  (server.life === 'leading' || server.life === 'following') && server.state === 'broadcast'

const showTxns = (txns: readonly Txn[]): string =>
  txns.length === 0
    ? 'nothing'
    : txns.map(({ zxid, request }) => `${formatZxid(zxid)} (write ${request})`).join(', ')

function isPrefix(shorter: readonly Txn[], longer: readonly Txn[]): boolean {
  return shorter.every(({ request, zxid }, at) => longer[at]?.request === request && longer[at].zxid === zxid)
}

const onDisk = new WeakMap<Disk, ReadonlySet<number>>()

/** The writes that a start would find. */
function requestsOnDisk(disk: Disk): ReadonlySet<number> {
  const known = onDisk.get(disk)
  if (known !== undefined) return known
  const requests = new Set([...disk.snapshot.txns, ...disk.log].map(({ request }) => request))
  onDisk.set(disk, requests)
  return requests
}

/** Of the world alone. */
export const ofWorld: readonly Invariant<[World]>[] = [
  {
    rule: 'BROADCAST-70',
    name: 'at most one leader is established in an epoch',
    broken({ established }) {
      const twice = established.find(({ epoch, leader }) =>
        established.some((other) => other.epoch === epoch && other.leader !== leader),
      )
      return twice === undefined
        ? null
        : `epoch ${twice.epoch} has leaders ${established
            .filter(({ epoch }) => epoch === twice.epoch)
            .map(({ leader }) => leader)
            .join(' and ')}`
    },
  },
  {
    rule: 'BROADCAST-71',
    name: "an established leader's log is complete",
    broken: ({ broken }) => (broken?.rule === 'BROADCAST-71' ? broken.found : null),
  },
  {
    rule: 'BROADCAST-75',
    name: 'global primary order: commits go up by zxid',
    broken: ({ broken }) => (broken?.rule === 'BROADCAST-75' ? broken.found : null),
  },
  {
    rule: 'BROADCAST-51',
    name: 'a leader proposes within the counters of its epoch',
    broken: ({ broken }) => (broken?.rule === 'BROADCAST-51' ? broken.found : null),
  },
  {
    rule: 'BROADCAST-79',
    name: 'epochs do not go back',
    broken: ({ broken }) => (broken?.rule === 'BROADCAST-79' ? broken.found : null),
  },
  {
    rule: 'BROADCAST-78',
    name: 'a zxid names one transaction',
    broken({ proposed }) {
      const twice = proposed.find((txn) => proposed.some((other) => isAnother(txn, other)))
      return twice === undefined ? null : `${formatZxid(twice.zxid)} was proposed for two writes`
    },
  },
]

const isAnother = (a: Txn, b: Txn): boolean => a.zxid === b.zxid && a.request !== b.request

export interface Each {
  readonly process: number
  readonly local: Server
}

/** The first zxid that doesn't follow the one before it. */
function holeIn(txns: readonly Txn[]): number | null {
  return txns.find(({ zxid }, at) => !follows(zxid, txns[at - 1]?.zxid ?? 0))?.zxid ?? null
}

/** Of each server alone. */
export const ofEach: readonly Invariant<[Each]>[] = [
  {
    rule: 'BROADCAST-79',
    name: 'the current epoch is one that was accepted',
    broken({ local }) {
      const { acceptedEpoch, currentEpoch } = local.peer.disk
      return currentEpoch > acceptedEpoch
        ? `its current epoch is ${currentEpoch}, and it accepted ${acceptedEpoch}`
        : null
    },
  },
  {
    rule: 'BROADCAST-80',
    name: 'a server that stopped can start',
    broken: ({ local }) =>
      local.life === 'down' && local.stuck
        ? `its log ends with ${formatZxid(lastLogged(local.peer.disk))}, and its epochs are ${local.peer.disk.acceptedEpoch} (accepted) and ${local.peer.disk.currentEpoch} (current)`
        : null,
  },
  {
    rule: 'BROADCAST-76',
    name: 'local primary order: what a server serves has no holes',
    broken({ local }) {
      if (!isServing(local)) return null
      const { txns } = local.peer.database
      const hole = holeIn(txns)
      return hole === null
        ? null
        : `it serves ${showTxns(txns)}: what ${formatZxid(hole)} follows is not there`
    },
  },
  {
    rule: 'BROADCAST-81',
    name: 'what a start would find is a state that the service was in',
    broken({ local }) {
      const { snapshot, log } = local.peer.disk
      const later = snapshot.txns.find(({ zxid }) => zxid > snapshot.zxid)
      const isLogged = later === undefined || log.some(({ request }) => request === later.request)
      const hole = holeIn(
        [
          ...snapshot.txns,
          ...log.filter(({ request }) => !snapshot.txns.some((txn) => txn.request === request)),
        ].sort((a, b) => a.zxid - b.zxid),
      )
      if (isLogged && hole === null) return null
      return `its snapshot is of ${formatZxid(snapshot.zxid)} with ${showTxns(snapshot.txns)}, its log has ${showTxns(log)}`
    },
  },
]

export interface Pair {
  readonly a: number
  readonly b: number
  readonly first: Server
  readonly second: Server
}

/** The epoch that a quorum accepted of a leader; 0 where none has. */
const acceptedOf = (server: Server): number =>
  server.life === 'leading' && (server.state === 'broadcast' || server.state.startsWith('synchronization'))
    ? server.peer.epoch
    : 0

/** Of each two servers. */
export const ofPairs: readonly Invariant<[Pair]>[] = [
  {
    rule: 'BROADCAST-28',
    name: 'no two servers end discovery for the same epoch',
    broken({ a, b, first, second }) {
      const epoch = acceptedOf(first)
      return epoch > 0 && epoch === acceptedOf(second)
        ? `servers ${a + 1} and ${b + 1} both lead epoch ${epoch}, which a quorum accepted`
        : null
    },
  },
  {
    rule: 'BROADCAST-72',
    name: 'prefix consistency: of two servers that serve, one has what the other has, or a beginning of it',
    broken({ a, b, first, second }) {
      if (!isServing(first) || !isServing(second)) return null
      const one = first.peer.database.txns
      const other = second.peer.database.txns
      if (isPrefix(one, other) || isPrefix(other, one)) return null
      return `server ${a + 1} serves ${showTxns(one)}; server ${b + 1} serves ${showTxns(other)}`
    },
  },
]

export interface Known {
  readonly process: number
  readonly local: Server
  readonly world: World
}

/** Of each server and the history. */
export const ofKnown: readonly Invariant<[Known]>[] = [
  {
    rule: 'BROADCAST-73',
    name: 'integrity: what is served was proposed',
    broken({ local, world }) {
      if (!isServing(local)) return null
      const { txns } = local.peer.database
      const strange = txns.find(
        (txn) => !world.proposed.some(({ zxid, request }) => zxid === txn.zxid && request === txn.request),
      )
      return strange === undefined ? null : `it serves ${showTxns([strange])}, which nobody proposed`
    },
  },
  {
    rule: 'BROADCAST-74',
    name: 'agreement and total order: what is served is a beginning of what was committed',
    broken({ local, world }) {
      if (!isServing(local)) return null
      const { txns } = local.peer.database
      return isPrefix(txns, world.committed)
        ? null
        : `it serves ${showTxns(txns)}; committed is ${showTxns(world.committed)}`
    },
  },
]

export interface All {
  readonly locals: readonly Server[]
  readonly world: World
}

/** Of all. */
export const ofAll: readonly Invariant<[All]>[] = [
  {
    rule: 'BROADCAST-77',
    name: 'durability: what is committed is on the disks of a quorum',
    broken({ locals, world }) {
      for (const { request, zxid } of world.committed) {
        const sids: Sid[] = []
        for (const { peer } of locals) if (requestsOnDisk(peer.disk).has(request)) sids.push(peer.sid)
        if (!isQuorum(locals[0]!.peer.ensemble, sids)) {
          const who = sids.length === 0 ? 'nobody' : `only server ${sids.join(', ')}`
          return `${formatZxid(zxid)} (write ${request}) was committed, and ${who} has it on disk`
        }
      }
      return null
    },
  },
]

/** BROADCAST-79: what a step of a server must not do to its epochs. */
export function epochsWentBack(before: Disk, after: Disk): string | null {
  for (const what of ['acceptedEpoch', 'currentEpoch'] as const) {
    if (after[what] < before[what]) return `${what} went from ${before[what]} to ${after[what]}`
  }
  return null
}

/** BROADCAST-10, BROADCAST-51: the counter of a transaction is not 0, and not the one that none gets. */
export function beyondEpoch(said: Note, { counterLimit }: Ensemble): string | null {
  if (said.type !== 'proposed') return null
  const counter = counterOf(said.txn.zxid)
  if (counter > 0 && counter < counterLimit) return null
  return `${formatZxid(said.txn.zxid)} is proposed, whose counter no transaction gets`
}
