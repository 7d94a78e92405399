/** BROADCAST-31 to 35: how a leader brings a learner up to date. */
import type { Zxid } from '../../spec/vocabulary/index.js'
import type { Transaction } from '../tree/txn.js'
import type { CommittedLog } from './committed-log.js'
import { counterOf, epochOf, follows } from './zxid.js'

/** The log on disk, where a server can look into it at once. */
export interface OlderLog {
  /**
   * Committed transactions: from the last one at or before a zxid up to the last before another. None if the log does not
   * reach so far back, or it would take too long.
   */
  logFrom?(zxid: Zxid, before: Zxid): readonly Transaction[]
}

/** What a leader has to choose from. */
export interface Supply {
  readonly lastProcessed: Zxid
  readonly committedLog: CommittedLog
  /** Every learner is sent a snapshot. */
  readonly forceSnapSync: boolean
  readonly host: OlderLog
}

/** `SNAP`: the tree, up to `upTo`. Else DIFF or TRUNC with `zxid`, then committed transactions that bring the learner to `upTo`. */
export type Choice = { readonly type: 'SNAP'; readonly upTo: Zxid } | LogChoice

export interface LogChoice {
  readonly type: 'DIFF' | 'TRUNC'
  readonly zxid: Zxid
  readonly transactions: readonly Transaction[]
  readonly upTo: Zxid
}

/** What a learner is sent whose last zxid is `peer`. */
export function choose(supply: Supply, peer: Zxid): Choice {
  const { lastProcessed, committedLog, forceSnapSync } = supply
  const { min, max } = committedLog.bounds(lastProcessed)
  const snap: Choice = { type: 'SNAP', upTo: lastProcessed }
  if (forceSnapSync) return snap
  // BROADCAST-31
  if (peer === lastProcessed) return { type: 'DIFF', zxid: peer, transactions: [], upTo: peer }
  // BROADCAST-32; who is at the beginning of an epoch has nothing to cut (BROADCAST-35).
  if (peer > max && counterOf(peer) !== 0n) return { type: 'TRUNC', zxid: max, transactions: [], upTo: max }
  const log = committedLog.toArray()
  if (peer >= min && peer <= max) return fromLog(log, peer, max) ?? snap // BROADCAST-33
  // BROADCAST-34
  return (peer < min ? fromDisk(supply, log, peer, max) : undefined) ?? snap
}

/** The log on disk, as if it were the beginning of the committed log. */
function fromDisk({ host }: Supply, log: readonly Transaction[], peer: Zxid, max: Zxid): Choice | undefined {
  const [first] = log
  if (first === undefined) return undefined
  const older = host.logFrom?.(peer, first.header.zxid) ?? []
  const [from, last] = [older[0]?.header.zxid, older.at(-1)?.header.zxid]
  if (from === undefined || last === undefined || from > peer) return undefined
  return follows(first.header.zxid, last) ? fromLog([...older, ...log], peer, max) : undefined
}

/** What is later than the learner's last; before it DIFF, or TRUNC to where both agree. */
function fromLog(log: readonly Transaction[], peer: Zxid, max: Zxid): Choice | undefined {
  const place = log.findIndex(({ header }) => header.zxid > peer)
  const transactions = place === -1 ? [] : log.slice(place)
  const before = (place === -1 ? log.at(-1) : log[place - 1])?.header.zxid
  const upTo = transactions.at(-1)?.header.zxid ?? peer
  // BROADCAST-35
  if (before === peer || counterOf(peer) === 0n) return { type: 'DIFF', zxid: max, transactions, upTo }
  const next = transactions[0]?.header.zxid
  // A log can be cut within an epoch only.
  if (before === undefined || next === undefined || epochOf(next) !== epochOf(peer)) return undefined
  return { type: 'TRUNC', zxid: before, transactions, upTo }
}
