/**
 * What broadcast is about: transactions, what a server has on disk and in memory, and the packets between a leader and
 * its learners. All of it is plain immutable data.
 */
import type { Sid, Zxid } from './zxid.js'

/** A write that a leader proposed. Its zxid is its place; `request`, the number of the client's request, is what it is. */
export interface Txn {
  readonly zxid: Zxid
  readonly request: number
}

/** A snapshot: the state after the transactions up to `zxid`, and perhaps after some later ones (BROADCAST-37). */
export interface Snapshot {
  readonly zxid: Zxid
  readonly txns: readonly Txn[]
}

/** What a crash leaves (BROADCAST-12). */
export interface Disk {
  readonly acceptedEpoch: number
  readonly currentEpoch: number
  readonly snapshot: Snapshot
  /** Records after the snapshot, in the order in which they were written. */
  readonly log: readonly Txn[]
}

/** What a crash takes: the database in memory. */
export interface Database {
  /** Applied transactions, by zxid. */
  readonly txns: readonly Txn[]
  readonly lastProcessed: Zxid
  /** The newest applied transactions, kept for learners that lack them. */
  readonly committedLog: readonly Txn[]
}

/** Who is in the ensemble, and how it is set up: the same for all, and never changed. */
export interface Ensemble {
  readonly participants: readonly Sid[]
  readonly observers: readonly Sid[]
  /** Every learner is sent a snapshot (`forceSnapSync`), which small bounds would hardly ever need. */
  readonly forceSnapSync: boolean
  /** How many transactions the committed log keeps (`commitLogCount`). */
  readonly committedLogLimit: number
  /** The counter that no transaction gets: 0xffffffff, and less where a model is to come to it (BROADCAST-51). */
  readonly counterLimit: number
}

/** What a server has, whatever its role. */
export interface Store {
  readonly sid: Sid
  readonly ensemble: Ensemble
  readonly disk: Disk
  readonly database: Database
  /** Transactions on their way to the log, oldest first. */
  readonly toLog: readonly Txn[]
  /** Its snapshot has what its leader has not, and can't be cut: it comes back as one that has nothing (BROADCAST-41). */
  readonly startsOver: boolean
}

/** A packet's destination. */
export interface Send {
  readonly to: Sid
  readonly packet: Packet
}

/** What is worth knowing of a step for those who watch all servers: the invariants. */
export type Note =
  /** A leader has a quorum: what it has is from now on what the service has. */
  | {
      readonly type: 'established'
      readonly epoch: number
      readonly leader: Sid
      readonly history: readonly Txn[]
    }
  | { readonly type: 'proposed'; readonly epoch: number; readonly txn: Txn }
  | { readonly type: 'committed'; readonly txn: Txn }

/** What a step does besides changing its own server. Emptied before each step. */
export interface Effects {
  readonly sends: readonly Send[]
  /** Connections that are closed. */
  readonly closes: readonly Sid[]
  readonly notes: readonly Note[]
}

/** Packets from a learner to its leader. Types are those of the wire. */
export type LearnerPacket =
  | { readonly type: 'FOLLOWERINFO'; readonly acceptedEpoch: number }
  | { readonly type: 'OBSERVERINFO'; readonly acceptedEpoch: number }
  /** `currentEpoch` is -1 where the learner had accepted the epoch before (BROADCAST-25). */
  | { readonly type: 'ACKEPOCH'; readonly currentEpoch: number; readonly lastZxid: Zxid }
  | { readonly type: 'ACK'; readonly zxid: Zxid }
  | { readonly type: 'REQUEST'; readonly request: number }
  | { readonly type: 'PING' }
  | { readonly type: 'REVALIDATE' }

/** Packets from a leader to a learner. */
export type LeaderPacket =
  | { readonly type: 'LEADERINFO'; readonly epoch: number }
  | { readonly type: 'DIFF'; readonly zxid: Zxid }
  | { readonly type: 'TRUNC'; readonly zxid: Zxid }
  | { readonly type: 'SNAP'; readonly zxid: Zxid; readonly txns: readonly Txn[] }
  | { readonly type: 'NEWLEADER'; readonly epoch: number }
  | { readonly type: 'UPTODATE' }
  | { readonly type: 'PROPOSAL'; readonly txn: Txn }
  | { readonly type: 'COMMIT'; readonly zxid: Zxid }
  | { readonly type: 'INFORM'; readonly txn: Txn }
  | { readonly type: 'SYNC' }
  | { readonly type: 'PING' }
  | { readonly type: 'REVALIDATE' }

export type Packet = LearnerPacket | LeaderPacket

/** The arrival of a packet, as a machine's event. */
export type Arrival<P extends Packet> = P extends Packet ? P & { readonly from: Sid } : never
