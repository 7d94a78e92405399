/** The bytes of transaction logs: where records stand in one, and one that is made for a test. */
import { logHeader, logHeaderSize, recordAt, writeRecord } from '../../src/storage/log-format.js'
import type { Transaction } from '../../src/tree/txn.js'
import { JuteWriter } from '../../src/wire/index.js'

/** Where each record of a log starts, and where the last ends. */
export function recordStarts(bytes: Buffer): number[] {
  const starts = [logHeaderSize]
  for (;;) {
    const found = recordAt(bytes, starts.at(-1)!)
    if (found.kind !== 'record') return starts
    starts.push(found.end)
  }
}

/** A log of transactions that changed nothing. */
export function logOf(zxids: readonly bigint[]): Buffer {
  const writer = new JuteWriter()
  for (const zxid of zxids) {
    const header = { clientId: 1n, cxid: 0, zxid, time: 0, type: -1 }
    const transaction: Transaction = { header, txn: { op: 'error', err: -101 } }
    writeRecord(writer, transaction)
  }
  return Buffer.concat([logHeader(), writer.take(), Buffer.alloc(1000)])
}
