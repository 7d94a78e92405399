/**
 * Byte for byte: what Apache ZooKeeper's own classes write is read here, and written again as the same bytes.
 * `Vectors.java` prints `vectors.txt`, and says how.
 */
import { readFileSync } from 'node:fs'
import test from 'ava'
import type { Request } from '../../spec/vocabulary/index.js'
import {
  JuteReader,
  JuteWriter,
  readConnectRequest,
  readConnectResponse,
  readReplyHeader,
  readRequest,
  readResult,
  readTransaction,
  readWatcherEvent,
  requestNames,
  writeConnectRequest,
  writeConnectResponse,
  writeNotification,
  writeReply,
  writeRequest,
  writeTransaction,
} from '../../src/wire/index.js'

const vectors = readFileSync('test/wire/vectors.txt', 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' ') as [name: string, hex: string])

/** Reads a record and writes it again, without the frame's length. */
function again(name: string, reader: JuteReader): Buffer {
  const writer = new JuteWriter()
  const [kind, op] = name.split(':') as [string, Request['op'] | 'error' | undefined]
  switch (kind) {
    case 'handshake':
      writeConnectRequest(writer, readConnectRequest(reader))
      break
    case 'welcome':
      writeConnectResponse(writer, readConnectResponse(reader))
      break
    case 'notification': {
      const { zxid } = readReplyHeader(reader)
      writeNotification(writer, { zxid, event: readWatcherEvent(reader) })
      break
    }
    case 'reply': {
      const header = readReplyHeader(reader)
      writeReply(
        writer,
        op === undefined || op === 'error' ? header : { ...header, result: readResult(op, reader) },
      )
      break
    }
    case 'txn':
      writeTransaction(writer, readTransaction(reader))
      return writer.take()
    default: {
      const xid = reader.int()
      const request = requestNames.get(reader.int())!
      if (request !== kind) throw new Error(`${kind} has ${request}'s number`)
      writeRequest(writer, xid, readRequest(request, reader))
    }
  }
  return writer.take().subarray(4)
}

vectors.forEach(([name, hex], line) => {
  test(`WIRE-10: Apache's bytes of ${name} (line ${line + 1}) are read, and written alike`, (t) => {
    const reader = new JuteReader(Buffer.from(hex, 'hex'))
    t.is(again(name, reader).toString('hex'), hex)
    t.is(reader.remaining, 0)
  })
})

test('WIRE-50: there is a vector for every operation that has a record', (t) => {
  const without: Request['op'][] = ['ping', 'closeSession', 'whoAmI', 'deleteContainer', 'createContainer']
  const seen = new Set(vectors.map(([name]) => name))
  t.deepEqual(
    [...requestNames.values()].filter((op) => !seen.has(op) && !without.includes(op)),
    [],
  )
})
