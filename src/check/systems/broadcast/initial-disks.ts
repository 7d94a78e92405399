/**
 * What earlier epochs may have left on the disks of an ensemble, where the next one begins. Epoch 1 was established, and
 * committed some writes. Epoch 2, if anybody was offered it, was established too, or its leader was lost before.
 */
import { isQuorum } from '../../../../spec/broadcast/majority-quorum.js'
import type { Disk, Ensemble, Txn } from '../../../../spec/broadcast/broadcast-types.js'
import { makeZxid, type Sid } from '../../../../spec/broadcast/zxid.js'

export interface InitialDisksBounds {
  /** Writes that epoch 1 committed. */
  readonly committed: number
  /** Writes that the leader of each epoch proposed beyond, and that no quorum has. */
  readonly uncommitted: number
  /** Whether snapshots may hold what else all logs do: then committed logs are empty. */
  readonly saved: boolean
}

/** What the disks of all servers have, by sid from 1 on, and what is known of it. */
export interface InitialDisks {
  readonly disks: readonly Disk[]
  /** Epochs that had an established leader. */
  readonly established: readonly number[]
  readonly committed: readonly Txn[]
  readonly proposed: readonly Txn[]
}

/** The writes that there may be: what is committed, and what each epoch proposed after it. */
interface Writes {
  readonly trunk: readonly Txn[]
  readonly first: readonly Txn[]
  readonly second: readonly Txn[]
}

/** All that the rules allow; of those that differ by which participant has what, one where participants are alike. */
export function initialDisksOf(
  ensemble: Ensemble,
  bounds: InitialDisksBounds,
  areAlike: boolean,
): readonly InitialDisks[] {
  const writes = writesOf(bounds)
  const disks = disksOf(writes, bounds.saved)
  const { participants, observers } = ensemble
  const choices = combinations(disks, participants.length, areAlike).flatMap((voting) =>
    combinations(disks, observers.length, false).map((others) => [...voting, ...others]),
  )
  return choices.flatMap((chosen): readonly InitialDisks[] => {
    if (!isSavedAlike(chosen, writes)) return []
    const established = epochsOf(ensemble, chosen, writes)
    return established === null ? [] : [{ disks: chosen, established, ...known(chosen, writes) }]
  })
}

/** Requests that the disks have numbers for. */
export const requestsOf = ({ committed, uncommitted }: InitialDisksBounds): number =>
  committed + 2 * uncommitted

function writesOf({ committed, uncommitted }: InitialDisksBounds): Writes {
  const writes = (count: number, epoch: number, counter: number, request: number): readonly Txn[] =>
    Array.from({ length: count }, (_, at) => ({
      zxid: makeZxid(epoch, counter + at + 1),
      request: request + at + 1,
    }))
  return {
    trunk: writes(committed, 1, 0, 0),
    first: writes(uncommitted, 1, committed, committed),
    second: writes(uncommitted, 2, 0, committed + uncommitted),
  }
}

function known(
  disks: readonly Disk[],
  { trunk, first, second }: Writes,
): Pick<InitialDisks, 'committed' | 'proposed'> {
  const isThere = (txn: Txn): boolean => disks.some((disk) => has(disk, txn))
  return { committed: trunk, proposed: [...trunk, ...[...first, ...second].filter(isThere)] }
}

// What one disk may have

function disksOf({ trunk, first, second }: Writes, saved: boolean): readonly Disk[] {
  const beyond = (txns: readonly Txn[]) => beginnings(txns).slice(1)
  const all = trunk.length + first.length
  const disks = (
    current: number,
    accepted: number,
    histories: readonly (readonly Txn[])[],
    ...saves: number[]
  ) =>
    histories.flatMap((history) =>
      [...new Set([0, ...(saved ? saves : [])].map((length) => Math.min(length, history.length)))].map(
        (length): Disk => {
          const txns = history.slice(0, length)
          const snapshot = { zxid: txns.at(-1)?.zxid ?? 0, txns }
          return { acceptedEpoch: accepted, currentEpoch: current, snapshot, log: history.slice(length) }
        },
      ),
    )
  const ofFirst = [...beginnings(trunk), ...beyond(first).map((txns) => [...trunk, ...txns])]
  const ofSecond = [[], ...beyond(second)].map((txns) => [...trunk, ...txns])
  const ofLost = beyond(first).map((txns) => [...trunk, ...txns])
  // A server that was synchronized by SNAP has all of it in a snapshot; other snapshots hold only committed writes (BROADCAST-58).
  return [
    ...disks(0, 0, [[]]),
    ...disks(1, 1, ofFirst, trunk.length),
    ...disks(1, 2, ofFirst, trunk.length),
    ...disks(2, 2, ofSecond, trunk.length),
    ...disks(2, 2, ofLost, trunk.length, all),
  ]
}

const beginnings = (txns: readonly Txn[]): readonly (readonly Txn[])[] =>
  Array.from({ length: txns.length + 1 }, (_, length) => txns.slice(0, length))

/** A disk for each of so many servers; in ascending order only, where servers are alike. */
function combinations(
  disks: readonly Disk[],
  count: number,
  areAlike: boolean,
): readonly (readonly Disk[])[] {
  if (count === 0) return [[]]
  return disks.flatMap((disk, at) =>
    combinations(areAlike ? disks.slice(at) : disks, count - 1, areAlike).map((others) => [disk, ...others]),
  )
}

// What all of them together may have

const historyOf = ({ snapshot, log }: Disk): readonly Txn[] => [...snapshot.txns, ...log]
const has = (disk: Disk, { request }: Txn): boolean =>
  historyOf(disk).some((other) => other.request === request)
const hasAny =
  (txns: readonly Txn[]) =>
  (disk: Disk): boolean =>
    txns.some((txn) => has(disk, txn))
const isOffered = ({ acceptedEpoch }: Disk): boolean => acceptedEpoch === 2
const isSynchronized = ({ currentEpoch }: Disk): boolean => currentEpoch === 2

/** What is committed is in the snapshots of all servers or of none: a mixture behaves the same. */
const isSavedAlike = (disks: readonly Disk[], { trunk }: Writes): boolean =>
  [true, false].some((saved) => disks.every((disk) => !hasAny(trunk)(disk) || isSaved(disk, trunk) === saved))

/** Which epochs were established; null when no run of the rules leaves such disks. */
function epochsOf(ensemble: Ensemble, disks: readonly Disk[], writes: Writes): readonly number[] | null {
  const quorumOf = (is: (disk: Disk) => boolean): boolean => isQuorum(ensemble, sidsOf(disks, is))
  const { trunk, first, second } = writes
  // Epoch 1 was established, and what it committed is where BROADCAST-77 says; nothing else was chosen.
  if (!quorumOf(({ currentEpoch }) => currentEpoch >= 1)) return null
  if (!quorumOf((disk) => trunk.every((txn) => has(disk, txn)))) return null
  if (quorumOf(hasAny(first)) || quorumOf(hasAny(second))) return null
  const observers = disks.slice(ensemble.participants.length)
  if (observers.some((disk) => !maySee(disk, writes))) return null
  if (disks.some(isSynchronized)) return secondEpoch(ensemble, disks, writes)
  // Epoch 2 may have been offered to few, and given up.
  const isGivenUp = !quorumOf(isOffered) && (!disks.some(isOffered) || wasElected(ensemble, disks, isOffered))
  return isGivenUp ? [1] : null
}

/** Observers log what is committed; what else they have came with a synchronization. */
const maySee = (disk: Disk, { first, second }: Writes): boolean =>
  !hasAny(second)(disk) && (!hasAny(first)(disk) || isSynchronized(disk))

/** Epoch 2 synchronized some: a quorum, without what epoch 1 didn't commit; or few, and its leader was lost. */
function secondEpoch(
  ensemble: Ensemble,
  disks: readonly Disk[],
  { first, second }: Writes,
): readonly number[] | null {
  const synchronized = disks.filter(isSynchronized)
  // Where a quorum accepted, let all have.
  if (disks.some((disk) => disk.currentEpoch === 1 && !isOffered(disk))) return null
  if (!isQuorum(ensemble, sidsOf(disks, isOffered))) return null
  if (isQuorum(ensemble, sidsOf(disks, isSynchronized)))
    return synchronized.some(hasAny(first)) ? null : [1, 2]
  const [one] = synchronized
  if (one === undefined || disks.some(hasAny(second))) return null
  const length = historyOf(one).length
  // The leader's history is theirs; that it was sent nothing shows in its log.
  const mayLead = (disk: Disk): boolean =>
    isOffered(disk) && historyOf(disk).length === length && !isSaved(disk, first)
  const isSame = synchronized.every((disk) => historyOf(disk).length === length)
  return isSame && wasElected(ensemble, disks, mayLead) ? [1] : null
}

/** Whether one of those may have been elected in epoch 1: a quorum was there that knew no more (ENSEMBLE-20). */
function wasElected(ensemble: Ensemble, disks: readonly Disk[], is: (disk: Disk) => boolean): boolean {
  const participants = disks.slice(0, ensemble.participants.length)
  return participants.some(
    (leader) =>
      is(leader) &&
      isQuorum(
        ensemble,
        sidsOf(participants, (disk) => historyOf(disk).length <= historyOf(leader).length),
      ),
  )
}

const sidsOf = (disks: readonly Disk[], is: (disk: Disk) => boolean): readonly Sid[] =>
  disks.flatMap((disk, at) => (is(disk) ? [at + 1] : []))

const isSaved = ({ snapshot }: Disk, txns: readonly Txn[]): boolean =>
  txns.some(({ request }) => snapshot.txns.some((other) => other.request === request))
