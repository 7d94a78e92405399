/**
 * What is measured, and the ratio to Apache ZooKeeper that each must reach.
 */

/** Requests that a load is made of. */
export type LoadRequest = 'getData' | 'exists' | 'setData' | 'create' | 'mixed'

/** A load: so many connections, each with so many requests that wait for their answers. */
export interface Load {
  readonly name: string
  readonly request: LoadRequest
  readonly connections: number
  readonly outstanding: number
  /** Throughput, as a multiple of Apache's. */
  readonly target: number
  /** Whether the 99th percentile of latency must be no worse than Apache's. */
  readonly boundsP99: boolean
}

function pipelined(request: LoadRequest, target: number): Load {
  return {
    name: `${request} 16x32`,
    request,
    connections: 16,
    outstanding: 32,
    target,
    boundsP99: false,
  }
}

function single(request: LoadRequest, target: number): Load {
  return { name: `${request} 32x1`, request, connections: 32, outstanding: 1, target, boundsP99: true }
}

/** In the order in which they run: what grows the tree comes last. */
export const loads: readonly Load[] = [
  pipelined('getData', 4),
  pipelined('exists', 4),
  single('getData', 1.2),
  pipelined('setData', 2),
  single('setData', 1.5),
  pipelined('create', 2),
]

/** Loads of an ensemble of three: connections to each server in turn. */
export const ensembleLoads: readonly Load[] = (
  [
    ['getData', 2.5],
    ['setData', 2],
    ['mixed', 2],
    ['create', 2],
  ] as const
).map(([request, target]) => ({
  name: request === 'mixed' ? '3 of 32 write 18x32' : `${request} 18x32`,
  request,
  connections: 18,
  outstanding: 32,
  target,
  boundsP99: true,
}))

/** An ensemble's other measures: how many times better than Apache's each must be. */
export const ensembleTargets = { failover: 2, catchUp: 2, memory: 3 }
/** Transactions that a follower is behind when it comes back. */
export const behind = 100_000

/** Idle sessions and watches whose memory is measured, and the share of Apache's that they may take. */
export const idle = { sessions: 10_000, watches: 100_000, target: 1 / 3 }

/** Znodes of the data directory whose start is measured, and how many times faster than Apache's it must be. */
export const startup = { znodes: 100_000, target: 2 }

/** The parent of what loads touch. */
export const root = '/bench'
/** Bytes of data in each znode. */
export const dataSize = 100
