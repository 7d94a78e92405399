/** The judge of the disks: what is written and not synced is not durable, and what was cut is not there. */
import test from 'ava'
import { OpCode } from '../../spec/vocabulary/index.js'
import { DurableQuorum } from '../../src/simulate/ensemble/judge/durable-quorum.js'
import { Violation } from '../../src/simulate/ensemble/judge/violation.js'
import { SimulatedDisk } from '../../src/simulate/simulated-disk.js'
import { logHeader, writeRecord } from '../../src/storage/log-format.js'
import { JuteWriter } from '../../src/wire/index.js'

const folder = '/data/version-2'

function record(zxid: bigint): Buffer {
  const writer = new JuteWriter(256)
  const header = { clientId: 1n, cxid: 1, zxid, time: 0, type: OpCode.closeSession }
  writeRecord(writer, { header, txn: { op: 'closeSession', paths: null } })
  return Buffer.from(writer.view())
}

/** Files with what they hold, written and, where it is said, synced. */
function diskWith(files: Record<string, readonly Buffer[]>, isSynced = true): SimulatedDisk {
  const disk = new SimulatedDisk()
  disk.makeFolder(folder)
  for (const [name, pieces] of Object.entries(files)) {
    const file = disk.create(`${folder}/${name}`)
    for (const piece of pieces) file.append(piece)
    if (isSynced) disk.syncFile(`${folder}/${name}`)
  }
  disk.syncFolder(folder)
  return disk
}

const judgeOf = (...disks: SimulatedDisk[]) =>
  new DurableQuorum(() => disks.map((disk, at) => ({ sid: BigInt(at + 1), disk })))

const log = { 'log.100000001': [logHeader(), record(0x100000001n), record(0x100000002n)] }

test('BROADCAST-54: what is committed is synced on a majority', (t) => {
  const written = diskWith(log, false)
  const judge = judgeOf(diskWith(log), written, diskWith({}))
  const broken = t.throws(() => judge.committed(0x100000002n), { instanceOf: Violation })
  t.is(broken.message, '0x100000002 is committed: durable on 1 of 3 servers that vote (1)')
  written.syncFile(`${folder}/log.100000001`)
  t.notThrows(() => judge.committed(0x100000002n))
  t.throws(() => judge.committed(0x100000003n), { instanceOf: Violation })
})

test('BROADCAST-54: what was cut off a log is not there any more', (t) => {
  const cut = diskWith(log)
  const judge = judgeOf(diskWith(log), cut, diskWith({}))
  judge.committed(0x100000002n)
  cut.truncate(`${folder}/log.100000001`, logHeader().length + record(1n).length)
  t.notThrows(() => judge.committed(0x100000001n))
  t.throws(() => judge.committed(0x100000002n), { instanceOf: Violation })
})

test('BROADCAST-28, BROADCAST-39, BROADCAST-47: who leads has its epoch and its history on the disks of a majority', (t) => {
  const epochs = (accepted: number, current: number) => ({
    acceptedEpoch: [Buffer.from(String(accepted))],
    currentEpoch: [Buffer.from(String(current))],
  })
  const behind = diskWith(log)
  const ready = diskWith({ ...epochs(2, 2), ...log })
  const sent = diskWith({ ...epochs(2, 2), 'snapshot.100000002': [Buffer.alloc(8)] })
  const rule = (judge: DurableQuorum, sid = 1n) => {
    const broken = t.throws(() => judge.leads(sid, 2, 0x100000002n), { instanceOf: Violation })
    return broken.rule
  }
  t.notThrows(() => judgeOf(ready, sent, behind).leads(1n, 2, 0x100000002n))
  t.is(rule(judgeOf(ready, sent, behind), 3n), 'BROADCAST-47')
  t.is(rule(judgeOf(ready, behind, behind)), 'BROADCAST-28')
  t.is(rule(judgeOf(ready, diskWith({ ...epochs(2, 1), ...log }), behind)), 'BROADCAST-39')
  t.is(rule(judgeOf(ready, diskWith(epochs(2, 2)), diskWith({}))), 'BROADCAST-39')
})
