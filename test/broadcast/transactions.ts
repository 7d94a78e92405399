/** Transactions for tests of broadcast, and what the spec calls them: a zxid, and the number of the client's request. */
import type { Txn } from '../../spec/broadcast/broadcast-types.js'
import { makeZxid } from '../../src/broadcast/zxid.js'
import type { Transaction } from '../../src/tree/txn.js'

export function transaction(zxid: bigint, request: number): Transaction {
  return {
    header: { clientId: 1n, cxid: request, zxid, time: 0, type: 5 },
    txn: { op: 'setData', path: '/a', data: null, version: request },
  }
}

/** The transaction of an epoch's counter: its request is both, `203` for the third of epoch 2. */
export const numbered = (epoch: number, counter: number): Transaction =>
  transaction(makeZxid(epoch, BigInt(counter)), epoch * 100 + counter)

export const concrete = ({ zxid, request }: Txn): Transaction => transaction(BigInt(zxid), request)
export const abstract = ({ header: { zxid, cxid } }: Transaction): Txn => ({
  zxid: Number(zxid),
  request: cxid,
})
