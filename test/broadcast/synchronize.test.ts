/** What a learner is sent, beside the spec's choice; and the committed log that it comes from. */
import test from 'ava'
import fc from 'fast-check'
import { choose as chooseInSpec } from '../../spec/broadcast/synchronize.js'
import type { LeaderPacket, Txn } from '../../spec/broadcast/broadcast-types.js'
import { makeZxid } from '../../spec/broadcast/zxid.js'
import { CommittedLog } from '../../src/broadcast/committed-log.js'
import { choose, type Choice } from '../../src/broadcast/synchronize.js'
import { ensemble } from '../spec/broadcast/store-of.js'
import { packetText } from './leader-rig.js'
import { abstract, concrete, numbered } from './transactions.js'

function texts(choice: Choice): readonly string[] | null {
  if (choice.type === 'SNAP') return null
  const { type, zxid, transactions } = choice
  return [
    packetText({ type, zxid: Number(zxid) }),
    ...transactions.flatMap((each) => [
      packetText({ type: 'PROPOSAL', txn: abstract(each) }),
      packetText({ type: 'COMMIT', zxid: Number(each.header.zxid) }),
    ]),
  ]
}

const histories = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })), {
    selector: ([epoch, counter]) => `${epoch} ${counter}`,
  })
  .map((places) =>
    places
      .map(([epoch, counter]): Txn => ({ zxid: makeZxid(epoch, counter), request: epoch * 100 + counter }))
      .toSorted((a, b) => a.zxid - b.zxid),
  )
/** As a log is: without holes inside an epoch. */
const wholeLogs = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 }).map((lengths) =>
  lengths.flatMap((length, epoch) =>
    Array.from({ length }, (_, place) => ({
      zxid: makeZxid(epoch + 1, place + 1),
      request: (epoch + 1) * 100 + place + 1,
    })),
  ),
)
const peers = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))
  .map(([epoch, counter]) => makeZxid(epoch, counter))
/** How many of a history the committed log has lost. */
const lost = fc.integer({ min: 0, max: 6 })

test('BROADCAST-31 to BROADCAST-35: the choice is the spec’s', (t) => {
  fc.assert(
    fc.property(
      histories,
      lost,
      peers,
      fc.boolean(),
      fc.boolean(),
      (all, gone, peer, isNew, forceSnapSync) => {
        const kept = all.slice(gone)
        const lastProcessed = isNew ? makeZxid(5, 0) : (all.at(-1)?.zxid ?? 0)
        const committedLog = new CommittedLog()
        for (const txn of kept) committedLog.add(concrete(txn))
        const choice = choose(
          { lastProcessed: BigInt(lastProcessed), committedLog, forceSnapSync, host: {} },
          BigInt(peer),
        )
        const expected = chooseInSpec({ txns: all, lastProcessed, committedLog: kept }, peer, {
          ...ensemble,
          forceSnapSync,
        })
        t.deepEqual(
          texts(choice),
          expected.packets?.map((packet: LeaderPacket) => packetText(packet)) ?? null,
        )
        t.is(Number(choice.upTo), expected.upTo)
      },
    ),
    { numRuns: 3000 },
  )
})

test('BROADCAST-34: with its log on disk a leader chooses as with a committed log that has all', (t) => {
  fc.assert(
    fc.property(wholeLogs, lost, peers, (all, gone, peer) => {
      const committedLog = new CommittedLog()
      for (const txn of all.slice(Math.min(gone, Math.max(0, all.length - 1))))
        committedLog.add(concrete(txn))
      const lastProcessed = all.at(-1)?.zxid ?? 0
      const host = {
        logFrom(zxid: bigint, before: bigint) {
          const log = all.map(concrete).filter(({ header }) => header.zxid < before)
          const place = log.findLastIndex(({ header }) => header.zxid <= zxid)
          return place === -1 ? [] : log.slice(place)
        },
      }
      const choice = choose(
        { lastProcessed: BigInt(lastProcessed), committedLog, forceSnapSync: false, host },
        BigInt(peer),
      )
      const expected = chooseInSpec({ txns: all, lastProcessed, committedLog: all }, peer, ensemble)
      t.deepEqual(texts(choice), expected.packets?.map((packet: LeaderPacket) => packetText(packet)) ?? null)
    }),
    { numRuns: 3000 },
  )
})

test('BROADCAST-34: a log on disk that does not reach to the learner, or to the committed log, is no help', (t) => {
  const committedLog = new CommittedLog()
  committedLog.add(numbered(1, 5))
  const supply = { lastProcessed: numbered(1, 5).header.zxid, committedLog, forceSnapSync: false }
  const peer = numbered(1, 2).header.zxid
  for (const log of [[], [3, 4], [1, 2, 3]])
    t.is(
      choose({ ...supply, host: { logFrom: () => log.map((counter) => numbered(1, counter)) } }, peer).type,
      'SNAP',
    )
  const logFrom = () => [2, 3, 4].map((counter) => numbered(1, counter))
  t.is(choose({ ...supply, host: { logFrom } }, peer).type, 'DIFF')
})

test('BROADCAST-16: the committed log has the newest, in order', (t) => {
  const log = new CommittedLog(3)
  t.is(log.last, undefined)
  t.deepEqual(log.bounds(7n), { min: 7n, max: 7n })
  for (let counter = 1; counter <= 7; counter++) {
    log.add(numbered(1, counter))
    const expected = [1, 2, 3, 4, 5, 6, 7].slice(Math.max(0, counter - 3), counter)
    t.deepEqual(
      log.toArray().map(({ header }) => header.cxid - 100),
      expected,
    )
    t.is(log.last?.header.cxid, 100 + counter)
    t.is(log.bounds(0n).min, numbered(1, expected[0]!).header.zxid)
    t.is(log.length, expected.length)
  }
  t.throws(() => log.add(numbered(1, 7)), {
    instanceOf: RangeError,
    message: /0x100000007 after 0x100000007/,
  })
  log.clear()
  log.add(numbered(1, 1))
  t.is(log.length, 1)
  t.throws(() => new CommittedLog(0), { instanceOf: RangeError })
})
