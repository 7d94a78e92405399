/** Servers of an ensemble on real sockets and files: they lead, follow and observe, and clients see one service. */
import test, { type ExecutionContext } from 'ava'
import { connect as connectSocket } from 'node:net'
import { passwordOf } from '../../../spec/session/password.js'
import { CreateMode, ErrorCode, type Request } from '../../../spec/vocabulary/index.js'
import type { Client } from '../../../src/client/client.js'
import { silent } from '../../../src/platform/logger.js'
import { connectClient } from '../../../src/runtime/client-socket.js'
import { SystemClock } from '../../../src/runtime/system-clock.js'
import { leaderPacket } from '../../../src/wire/peer/leader-message-bytes.js'
import { learnerPacket } from '../../../src/wire/peer/learner-message-bytes.js'
import { open } from '../../support/bench.js'
import { Members, until } from '../../support/members.js'

const create = (path: string, flags: number = CreateMode.persistent): Request => ({
  op: 'create',
  path,
  data: Buffer.from(path),
  acl: open,
  flags,
})
const exists = (path: string, watch = false): Request => ({ op: 'exists', path, watch })
const sync: Request = { op: 'sync', path: '/' }

async function started(t: ExecutionContext, ...of: ConstructorParameters<typeof Members>): Promise<Members> {
  const members = new Members(...of)
  t.teardown(() => members.stopAll())
  await members.startAll()
  return members
}

const serving = (members: Members, ...sids: bigint[]) =>
  until('all serve', () => {
    members.electAgain(...sids)
    return sids.every((sid) => members.servers.get(sid)?.core !== undefined)
  })

const client = (members: Members, sid: bigint, hello = {}): Promise<Client> =>
  connectClient({ port: members.servers.get(sid)!.port, timeOut: 10_000, ...hello })

/** What a server's tree has, node by node. */
function shown(members: Members, sid: bigint): string[] {
  const { tree } = members.servers.get(sid)!.core!.state
  return [...tree.entries()].map(
    ([path, { data, czxid, mzxid, pzxid, version }]) =>
      `${path} ${Buffer.from(data ?? []).toString()} ${czxid} ${mzxid} ${pzxid} ${version}`,
  )
}

async function same(t: ExecutionContext, members: Members): Promise<void> {
  const [first, ...others] = [...members.servers.keys()]
  for (const sid of others)
    await until(
      `${sid} has what ${first} has`,
      () => shown(members, sid).join() === shown(members, first!).join(),
    )
  t.pass()
}

test('BROADCAST-20, BROADCAST-50: three servers and an observer serve as one', async (t) => {
  const members = await started(t, 4, [4n])
  t.is(members.looking.size, 4)
  members.elect(3n, 1n, 2n, 4n)
  await serving(members, 1n, 2n, 3n, 4n)
  const modes = [...members.servers.values()].map(({ mode }) => mode)
  t.deepEqual(modes, ['following', 'following', 'leading', 'observing'])
  for (const sid of [1n, 2n, 3n, 4n]) {
    const one = await client(members, sid)
    t.is((await one.request(create(`/by-${sid}`))).err, 0)
    t.is((await one.request(exists(`/by-${sid}`))).err, 0)
    t.is((await one.request(sync)).err, 0)
    await one.close()
  }
  await same(t, members)
})

test('SERVICE-70: a member that is new has a snapshot before its log, so that it starts again', async (t) => {
  const members = await started(t, 3)
  members.elect(3n, 1n, 2n)
  await serving(members, 1n, 2n, 3n)
  const one = await client(members, 1n)
  t.is((await one.request(create('/a'))).err, 0)
  for (const sid of [1n, 2n, 3n]) {
    t.true(members.files(sid).includes('snapshot.0'), String(sid))
    await members.crash(sid)
  }
  for (const sid of [1n, 2n, 3n]) await members.start(sid)
  t.is(members.looking.size, 3)
  members.elect(2n, 1n, 3n)
  await serving(members, 1n, 2n, 3n)
  for (const sid of [1n, 2n, 3n]) t.not(members.servers.get(sid)!.core!.state.tree.get('/a'), undefined)
})

test('SESSION-53: a client goes to another server with its session, and its ephemerals live on', async (t) => {
  const members = await started(t, 3)
  members.elect(3n, 1n, 2n)
  await serving(members, 1n, 2n, 3n)
  const first = await client(members, 1n)
  t.is((await first.request(create('/mine', CreateMode.ephemeral))).err, 0)
  first.destroy()
  const { sessionId, passwd } = first
  t.deepEqual(Buffer.from(passwd), Buffer.from(passwordOf(sessionId)))
  const second = await client(members, 2n, { sessionId, passwd })
  t.is(second.sessionId, sessionId)
  t.is((await second.request(exists('/mine'))).err, 0)
  await second.close()
  const third = await client(members, 3n)
  t.is((await third.request(exists('/mine'))).err, ErrorCode.NoNode)
  const refused = await client(members, 1n, { sessionId, passwd })
  t.is(refused.response!.timeOut, 0)
})

test('SESSION-11, SESSION-12: a server whose clock stands still gives no id again when its role changes', async (t) => {
  const members = await started(t, 3, [], {}, silent, new SystemClock(() => 1_700_000_000_000))
  members.elect(3n, 1n, 2n)
  await serving(members, 1n, 2n, 3n)
  const first = await client(members, 1n)
  const { sessionId } = first
  await first.close()
  await members.crash(3n)
  await until('both look', () => members.looking.size === 2)
  members.elect(2n, 1n)
  await serving(members, 1n, 2n)
  t.is((await client(members, 1n)).sessionId, sessionId + 1n)
})

test('BROADCAST-63: the leader dies, another leads, what was acknowledged is there, and the old one comes back', async (t) => {
  const members = await started(t, 3)
  members.elect(3n, 1n, 2n)
  await serving(members, 1n, 2n, 3n)
  const one = await client(members, 1n)
  for (let i = 0; i < 20; i++) t.is((await one.request(create(`/before-${i}`))).err, 0)
  await members.crash(3n)
  await until('both look', () => members.looking.size === 2)
  t.is(members.looking.get(1n)!.epoch, 1)
  members.elect(2n, 1n)
  await serving(members, 1n, 2n)
  const two = await client(members, 1n, { sessionId: one.sessionId, passwd: one.passwd })
  t.is(two.sessionId, one.sessionId)
  for (let i = 0; i < 20; i++) t.is((await two.request(exists(`/before-${i}`))).err, 0)
  t.is((await two.request(create('/after'))).err, 0)
  t.is(members.servers.get(1n)!.core!.state.tree.get('/after')!.czxid >> 32n, 2n)
  await members.start(3n)
  members.elect(2n, 3n)
  await serving(members, 3n)
  await same(t, members)
})

test('BROADCAST-65, BROADCAST-67, BROADCAST-68, BROADCAST-91: who is no learner loses its connection, and the ensemble goes on', async (t) => {
  const members = await started(t, 3)
  members.elect(3n, 1n, 2n)
  await serving(members, 1n, 2n, 3n)
  const info = (sid: bigint, acceptedEpoch = 1) =>
    learnerPacket({ type: 'FOLLOWERINFO', sid, acceptedEpoch, protocolVersion: 0x10000, configVersion: 0n })
  const huge = Buffer.alloc(16)
  huge.writeInt32BE(3)
  huge.writeInt32BE(0x7fff_ffff, 12)
  const strangers: Record<string, Buffer> = {
    garbage: Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'),
    'a huge length': huge,
    'a type that no learner sends': leaderPacket({ type: 'UPTODATE', zxid: -1n }),
    'an ACK before it has said who it is': learnerPacket({ type: 'ACK', zxid: 5n }),
    'the leader\u2019s own number': info(3n),
    'a number that is not configured': info(77n),
    'an old protocol': learnerPacket({
      type: 'FOLLOWERINFO',
      sid: 1n,
      acceptedEpoch: 1,
      protocolVersion: 1,
      configVersion: 0n,
    }),
  }
  for (const [what, bytes] of Object.entries(strangers)) {
    const socket = connectSocket({ port: members.quorumPort(3n), host: '127.0.0.1' })
    socket.on('error', () => {})
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.write(bytes)
    await Promise.race([
      closed,
      new Promise((_, reject) => setTimeout(reject, 30_000, new Error(`${what} is kept`)).unref()),
    ])
  }
  const one = await client(members, 1n)
  t.is((await one.request(create('/still'))).err, 0)
  t.deepEqual(
    [...members.servers.values()].map(({ mode }) => mode),
    ['following', 'following', 'leading'],
  )
})

test('ENSEMBLE-23: a leader that can’t be reached is given up, and a server stops while it tries', async (t) => {
  const members = await started(t, 3)
  await members.crash(3n)
  members.elect(3n, 1n, 2n)
  t.is(members.looking.size, 0)
  await members.servers.get(2n)!.stop()
  members.servers.delete(2n)
  await until('it looks again', () => members.looking.has(1n))
  t.is(members.servers.get(1n)!.core, undefined)
})

test('BROADCAST-66: what goes wrong inside a server ends that server, and not the ensemble', async (t) => {
  const members = await started(t, 3)
  members.elect(3n, 1n, 2n)
  await serving(members, 1n, 2n, 3n)
  const broken = members.servers.get(1n)!
  broken.core!.state.apply = () => {
    throw new TypeError('a mistake of ours')
  }
  const two = await client(members, 2n)
  t.is((await two.request(create('/a'))).err, 0)
  await t.throwsAsync(broken.stopped, { instanceOf: TypeError, message: 'a mistake of ours' })
  members.servers.delete(1n)
  t.is((await two.request(create('/b'))).err, 0)
  await members.start(1n)
  members.elect(3n, 1n)
  await serving(members, 1n)
  await same(t, members)
})
