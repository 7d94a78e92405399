/** The election in words: votes, notifications, what a server knows, in one line each. For scenarios, traces and diagrams. */
import type { Notification, Vote } from './election-types.js'
import { nobody } from './vote.js'

/** `(3, 9)`: leader and zxid; `(3, 2:9, epoch 2)` where epochs are not 0. */
export function formatVote({ leader, zxid, peerEpoch }: Vote): string {
  if (leader === nobody) return '(nobody)'
  return `(${leader}, ${formatZxid(zxid)}${peerEpoch === 0 ? '' : `, epoch ${peerEpoch}`})`
}

/** `9`, or `2:9` with an epoch. */
export function formatZxid(zxid: number): string {
  const counter = zxid % 2 ** 32
  return zxid < 2 ** 32 ? String(zxid) : `${Math.floor(zxid / 2 ** 32)}:${counter}`
}

/** `looking (3, 9) in round 1`. */
export function formatNotification({ state, vote, round }: Notification): string {
  return `${state} ${formatVote(vote)} in round ${round}`
}

/** What of a server's knowledge a reader wants to see. */
export interface Shown {
  readonly value: string
  readonly round: number
  readonly vote: Vote | null
  readonly received: readonly { readonly from: number; readonly state: string; readonly vote: Vote }[]
  readonly established: readonly { readonly from: number; readonly state: string; readonly vote: Vote }[]
}

/** `looking.collecting (3, 9) in round 1, heard 2 (2, 9)`. */
export function formatServer({ value, round, vote, received, established }: Shown): string {
  if (vote === null) return value
  const heard = received.map(({ from, vote: other }) => `${from} ${formatVote(other)}`)
  const settled = established.map(({ from, state, vote: other }) => `${from} ${state} ${formatVote(other)}`)
  return [
    `${value} ${formatVote(vote)} in round ${round}`,
    ...(heard.length === 0 ? [] : [`heard ${heard.join(' ')}`]),
    ...(settled.length === 0 ? [] : [`told ${settled.join(' ')}`]),
  ].join(', ')
}
