/** The bounds at which mutants are tried: small ones for all, and larger ones for those that show nowhere else. */
type Bounds = Readonly<Record<string, number | boolean>>

/** By system, from the cheapest on, so that most die soon. Together they take nearly every transition. */
export const usualBounds: Readonly<Record<string, readonly Bounds[]>> = {
  ensemble: [
    { servers: 1, epochs: 2, transactions: 2, crashes: 1, snapshots: 1, errors: 1 },
    { servers: 2, observers: 1, history: 1, epochs: 2, transactions: 1, crashes: 0 },
    { servers: 1, observers: 1, history: 1, epochs: 1, transactions: 2, crashes: 0, snap: true },
    { servers: 4, epochs: 2, transactions: 0, crashes: 0 },
    { servers: 1, observers: 1, history: 1, epochs: 2, transactions: 1, forwarded: 1, crashes: 1 },
    { servers: 2, epochs: 2, transactions: 1, forwarded: 1, crashes: 1 },
    { servers: 2, epochs: 2, transactions: 1, crashes: 1, snapshots: 1, snap: true },
    { servers: 3, epochs: 3, transactions: 0, crashes: 0, partitions: 1 },
    { servers: 4, epochs: 1, transactions: 1, crashes: 0 },
    { servers: 2, observers: 1, history: 1, epochs: 2, transactions: 1, crashes: 0, partitions: 1 },
    { servers: 2, history: 1, epochs: 3, transactions: 1, crashes: 1, partitions: 1, errors: 1 },
    { servers: 3, history: 1, epochs: 2, transactions: 1, crashes: 1 },
    { servers: 3, history: 1, epochs: 2, transactions: 1, crashes: 0, partitions: 1 },
    { servers: 3, epochs: 2, transactions: 0, crashes: 1, partitions: 1 },
  ],
  broadcast: [{ servers: 2, transactions: 0 }, { servers: 2, observers: 1 }, { transactions: 0 }],
  election: [
    { servers: 1, observers: 1, rounds: 2, crashes: 1, lapses: 1, epochs: 1 },
    { servers: 2, rounds: 2, crashes: 1, lapses: 1, epochs: 1, repeats: true },
    { servers: 2, rounds: 3, crashes: 1, lapses: 1, epochs: 1 },
    { servers: 2, observers: 1, rounds: 1, epochs: 1 },
    { servers: 3, rounds: 1, epochs: 1 },
    { servers: 2, rounds: 3, crashes: 1, lapses: 2, epochs: 2, capacity: 2 },
    { servers: 3, rounds: 1, crashes: 1 },
  ],
  composed: [
    { servers: 1, observers: 1, rounds: 2, transactions: 0, crashes: 1 },
    { servers: 2, rounds: 2, transactions: 1, crashes: 1 },
    { servers: 2, rounds: 2, transactions: 0, crashes: 1, partitions: 1 },
  ],
}

/** A mutant that takes more: the system that shows it, and the bounds. They are tried first, and to the end. */
export interface Far {
  readonly system: string
  readonly bounds: Bounds
}

const whileSynchronized: Far = {
  system: 'ensemble',
  bounds: { history: 1, epochs: 2, transactions: 2, crashes: 2 },
}
const cutWhileSynchronized: Far = {
  system: 'ensemble',
  bounds: { epochs: 2, transactions: 2, crashes: 0, partitions: 2 },
}
const fromADirtyPast: Far = {
  system: 'broadcast',
  bounds: { observers: 1, committed: 0, uncommitted: 1, transactions: 0 },
}
const cutFromAnother: Far = {
  system: 'composed',
  bounds: { servers: 3, rounds: 1, transactions: 0, crashes: 0, partitions: 1 },
}
const aDiskFails: Far = {
  system: 'ensemble',
  bounds: { epochs: 2, transactions: 2, crashes: 0, errors: 1 },
}
const laterRound: Far = { system: 'election', bounds: { servers: 3, rounds: 2, epochs: 1 } }

/** By the mutant's id, or by what it begins with up to a `*`. */
const far: Readonly<Record<string, Far>> = {
  'server/following.CLOSED/remove': cutFromAnother,
  'follower/synchronization.CLOSED/drop-action-forgetSynchronization': whileSynchronized,
  'follower/synchronization.GIVE_UP/drop-action-forgetSynchronization': cutWhileSynchronized,
  'follower/synchronization.awaitingSync.DIFF#1/*': fromADirtyPast,
  'follower/synchronization.awaitingSync.TRUNC#1/*': fromADirtyPast,
  'follower/broadcast.DISK_ERROR/*': aDiskFails,
  'leader/broadcast.DISK_ERROR/*': aDiskFails,
  'election/following.ESTABLISHED/drop-action-updateEpoch': laterRound,
  'election/leading.ESTABLISHED/drop-action-updateEpoch': laterRound,
}

/** What shows a mutant that the usual bounds do not show; undefined where they should. */
export function farBounds(mutant: string): Far | undefined {
  const key = Object.keys(far).find(
    (id) => id === mutant || (id.endsWith('*') && mutant.startsWith(id.slice(0, -1))),
  )
  return key === undefined ? undefined : far[key]
}
