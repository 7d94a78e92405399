/** What is written is read back, value for value; and a few records byte for byte. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { OpCode, type Reply } from '../../spec/vocabulary/index.js'
import {
  JuteReader,
  JuteWriter,
  readConnectRequest,
  readReplyHeader,
  readRequest,
  readResult,
  readTransaction,
  readWatcherEvent,
  requestNames,
  writeConnectRequest,
  writeNotification,
  writeReply,
  writeRequest,
  writeTransaction,
} from '../../src/wire/index.js'
import { acls, bytes, long, request, stat, text, transaction } from '../support/arbitraries.js'

test('WIRE-30: every request survives its frame', (t) => {
  fc.assert(
    fc.property(request, fc.integer({ min: 1, max: 1e6 }), (value, xid) => {
      const writer = new JuteWriter(8)
      writeRequest(writer, xid, value)
      const reader = new JuteReader(writer.take())
      assert.equal(reader.int(), reader.remaining)
      assert.equal(reader.int(), xid)
      const op = requestNames.get(reader.int())
      assert.equal(op, value.op)
      assert.deepEqual(readRequest(value.op, reader), value)
      assert.equal(reader.remaining, 0)
    }),
  )
  t.pass()
})

test('every transaction survives', (t) => {
  fc.assert(
    fc.property(transaction, (value) => {
      const writer = new JuteWriter(8)
      writeTransaction(writer, value)
      const reader = new JuteReader(writer.take())
      assert.deepEqual(readTransaction(reader), value)
      assert.equal(reader.remaining, 0)
    }),
  )
  t.pass()
})

test('replies survive: Stat, ACLs, the parts of a multi', (t) => {
  fc.assert(
    fc.property(stat, acls, text, bytes, long, (aStat, someAcls, path, data, zxid) => {
      const results: NonNullable<Reply['result']>[] = [
        { op: 'getData', data, stat: aStat },
        { op: 'getACL', acl: someAcls, stat: aStat },
        { op: 'getChildren2', children: [path, ''], stat: aStat },
        {
          op: 'multi',
          results: [
            { op: 'create', path },
            { op: 'create2', path, stat: aStat },
            { op: 'setData', stat: aStat },
            { op: 'delete' },
            { op: 'check' },
            { op: 'error', err: -2 },
          ],
        },
        { op: 'whoAmI', clientInfo: [{ authScheme: path, user: 'x' }] },
      ]
      for (const result of results) {
        const writer = new JuteWriter(8)
        writeReply(writer, { xid: 7, zxid, err: 0, result })
        const reader = new JuteReader(writer.take())
        assert.equal(reader.int(), reader.remaining)
        assert.deepEqual(readReplyHeader(reader), { xid: 7, zxid, err: 0 })
        assert.deepEqual(readResult(result.op, reader), result)
        assert.equal(reader.remaining, 0)
      }
    }),
  )
  t.pass()
})

test('a handshake with and without the read-only byte', (t) => {
  const request = {
    protocolVersion: 0,
    lastZxidSeen: 5n,
    timeOut: 4000,
    sessionId: -1n,
    passwd: Buffer.alloc(16),
  }
  for (const value of [request, { ...request, readOnly: true }]) {
    const writer = new JuteWriter()
    writeConnectRequest(writer, value)
    const frame = writer.take()
    t.is(frame.readInt32BE(0), frame.length - 4)
    t.deepEqual(readConnectRequest(new JuteReader(frame.subarray(4))), value)
  }
})

test('records have the bytes that ZooKeeper gives them', (t) => {
  const writer = new JuteWriter()
  writeRequest(writer, 1, { op: 'getData', path: '/a', watch: true })
  t.is(writer.take().toString('hex'), '0000000f' + '00000001' + '00000004' + '00000002' + '2f61' + '01')
  writeRequest(writer, 2, { op: 'multi', ops: [{ op: 'delete', path: '/b', version: -1 }] })
  t.is(
    writer.take().toString('hex'),
    '00000024' +
      '00000002' +
      '0000000e' +
      '00000002' +
      '00' +
      'ffffffff' +
      '00000002' +
      '2f62' +
      'ffffffff' +
      'ffffffff' +
      '01' +
      'ffffffff',
  )
  writeNotification(writer, { zxid: -1n, event: { type: 3, state: 3, path: '/c' } })
  const event = writer.take()
  t.is(
    event.toString('hex'),
    '0000001e' + 'ffffffff' + 'ffffffffffffffff' + '00000000' + '00000003' + '00000003' + '00000002' + '2f63',
  )
  t.deepEqual(readWatcherEvent(new JuteReader(event.subarray(20))), { type: 3, state: 3, path: '/c' })
  writer.longFromNumber(1_700_000_000_123)
  t.is(writer.take().readBigInt64BE(0), 1_700_000_000_123n)
  t.is(requestNames.get(OpCode.closeSession), 'closeSession')
})

test('a lone surrogate is written as a question mark, a pair as UTF-8', (t) => {
  const writer = new JuteWriter()
  writer.string('a\ud800b')
  t.is(writer.take().toString('hex'), '00000003' + '613f62')
  writer.string('\u{1f600}')
  t.is(writer.take().toString('hex'), '00000004' + 'f09f9880')
})

test('a time is read as it was written, and buffers that are kept together are copies of their own', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }), (value) => {
      const writer = new JuteWriter()
      writer.long(BigInt(value))
      assert.equal(new JuteReader(writer.take()).time(), value)
    }),
  )
  const writer = new JuteWriter()
  for (const part of ['one', 'two']) writer.buffer(Buffer.from(part))
  const bytes = writer.take()
  const reader = new JuteReader(bytes).keepTogether()
  const [one, two] = [reader.buffer()!, reader.buffer()!]
  bytes.fill(0)
  one.fill(0x78)
  t.is(one.toString(), 'xxx')
  t.is(two.toString(), 'two')
})
