/** The four-letter words: their fields in Apache's form, from what a server knows. */
import test from 'ava'
import type { ConnectionView, Inspection } from '../../src/server/four-letter/inspection.js'
import { javaDate, javaDouble } from '../../src/server/four-letter/format-answer.js'
import { isAllowed, notAllowed, setTraceMask, wordOf, words } from '../../src/server/four-letter/commands.js'

const connection: ConnectionView = {
  address: '/127.0.0.1:57014',
  reading: true,
  queued: 0,
  received: 6,
  sent: 7,
  sessionId: 0x100002f64e60000n,
  lastOperation: 'GETC',
  established: 1795531394971,
  timeout: 10000,
  lastCxid: 5,
  lastZxid: 3n,
  lastResponse: 3109885,
  lastLatency: 1,
  minLatency: 0,
  meanLatency: 3.4,
  maxLatency: 6,
}

const server: Inspection = {
  traceMask: 306n,
  version: () => '3.8.0-test',
  latency: () => ({ min: 1, mean: 19 / 6, max: 6 }),
  received: () => 9,
  sent: () => 8,
  outstanding: () => 0,
  lastZxid: () => 0x1a3n,
  mode: () => 'standalone',
  nodeCount: () => 7,
  connectionCount: () => 2,
  connections: () => [
    connection,
    { ...connection, sessionId: 0n, reading: false, address: '/127.0.0.1:41612' },
  ],
  configuration: () => [
    ['clientPort', 2181],
    ['tickTime', 2000],
  ],
  environment: () => [['os.name', 'Linux']],
  directorySizes: () => ({ snapshots: 12, logs: 34 }),
  metrics: () => [
    ['version', '3.8.0-test'],
    ['znode_count', 7],
  ],
  watchSummary: () => ({ connections: 1, paths: 2, total: 2 }),
  watchesBySession: () => [[0x10n, ['/a', '/b']]],
  watchesByPath: () => [
    ['/a', [0x10n]],
    ['/b', [0x10n, -1n]],
  ],
  sessionsByExpiry: () => [[1795531405000, [0x10n]]],
  connectionsByExpiry: () => [[1795531405000, [{ address: '/127.0.0.1:1', sessionId: 0x10n }]]],
  ephemerals: () => [[0x10n, ['/e']]],
  resetConnectionStats() {},
  resetServerStats() {},
}

test('the first four bytes of a connection are a word, or they are not', (t) => {
  t.is(wordOf(Buffer.from('ruok').readInt32BE()), 'ruok')
  t.is(wordOf(Buffer.from('stmk').readInt32BE()), 'stmk')
  t.is(wordOf(45), undefined)
  t.is(wordOf(Buffer.from('abcd').readInt32BE()), undefined)
})

test('only srvr is answered unless the whitelist says otherwise', (t) => {
  t.true(isAllowed('srvr', []))
  t.false(isAllowed('ruok', []))
  t.true(isAllowed('ruok', ['stat', 'ruok']))
  t.true(isAllowed('dump', ['*']))
  // There is no digest to tell: the word is known, and is never allowed.
  t.is(wordOf(Buffer.from('hash').readInt32BE()), 'hash')
  t.false(isAllowed('hash', ['*', 'hash']))
  t.is(notAllowed('ruok'), 'ruok is not executed because it is not in the whitelist.\n')
})

test('srvr and stat say what Apache says, line for line', (t) => {
  const tail = [
    'Latency min/avg/max: 1/3.1667/6',
    'Received: 9',
    'Sent: 8',
    'Connections: 2',
    'Outstanding: 0',
    'Zxid: 0x1a3',
    'Mode: standalone',
    'Node count: 7',
    '',
  ]
  t.is(words['srvr']!(server), ['Zookeeper version: 3.8.0-test', ...tail].join('\n'))
  t.is(
    words['stat']!(server),
    [
      'Zookeeper version: 3.8.0-test',
      'Clients:',
      ' /127.0.0.1:57014[1](queued=0,recved=6,sent=7)',
      ' /127.0.0.1:41612[0](queued=0,recved=6,sent=7)',
      '',
      ...tail,
    ].join('\n'),
  )
})

test('cons tells a session with its last operation and latencies', (t) => {
  t.is(
    words['cons']!(server).split('\n')[0],
    ' /127.0.0.1:57014[1](queued=0,recved=6,sent=7,sid=0x100002f64e60000,lop=GETC,est=1795531394971,to=10000,' +
      'lcxid=0x5,lzxid=0x3,lresp=3109885,llat=1,minlat=0,avglat=3,maxlat=6)',
  )
})

test('wchs, wchc and wchp count and list the watches', (t) => {
  t.is(words['wchs']!(server), '1 connections watching 2 paths\nTotal watches:2\n')
  t.is(words['wchc']!(server), '0x10\n\t/a\n\t/b\n\n')
  t.is(words['wchp']!(server), '/a\n\t0x10\n/b\n\t0x10\n\t0xffffffffffffffff\n\n')
})

test('dump lists sessions and connections by when they are due, and the ephemerals', (t) => {
  const due = javaDate(1795531405000)
  t.is(
    words['dump']!(server),
    [
      'SessionTracker dump:',
      'Session Sets (1)/(1):',
      `1 expire at ${due}:`,
      '\t0x10',
      'ephemeral nodes dump:',
      'Sessions with Ephemerals (1):',
      '0x10:',
      '\t/e',
      'Connections dump:',
      'Connections Sets (1)/(1):',
      `1 expire at ${due}:`,
      '\tip: /127.0.0.1:1 sessionId: 0x10',
      '',
    ].join('\n'),
  )
})

test('ruok, isro, conf, envi, dirs, mntr, gtmk and stmk', (t) => {
  t.is(words['ruok']!(server), 'imok')
  t.is(words['isro']!(server), 'rw')
  t.is(words['conf']!(server), 'clientPort=2181\ntickTime=2000\n')
  t.is(words['envi']!(server), 'Environment:\nos.name=Linux\n')
  t.is(words['dirs']!(server), 'datadir_size: 12\nlogdir_size: 34\n')
  t.is(words['mntr']!(server), 'zk_version\t3.8.0-test\nzk_znode_count\t7\n')
  t.is(words['gtmk']!(server), '306')
  t.is(setTraceMask(server, 14n), '14')
  t.is(words['gtmk']!(server), '14')
})

test("numbers and dates are printed as Java's", (t) => {
  t.is(javaDouble(0), '0.0')
  t.is(javaDouble(2.5), '2.5')
  t.is(javaDouble(1 / 3), '0.3333')
  t.is(javaDate(Date.UTC(2026, 10, 3, 4, 5, 6)), 'Tue Nov 03 04:05:06 UTC 2026')
})
