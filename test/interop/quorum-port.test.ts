/** The quorum port beside Apache ZooKeeper's own: this test follows its leader, and leads its follower. */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import test, { type ExecutionContext } from 'ava'
import { ErrorCode, OpCode, openAcl } from '../../spec/vocabulary/index.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import { SnapshotIntake, writeSnapshotStream } from '../../src/storage/snapshot-stream.js'
import { DataTree } from '../../src/tree/data-tree.js'
import type { Transaction, Txn } from '../../src/tree/txn.js'
import { JuteReader, readAcls } from '../../src/wire/index.js'
import { leaderPacket, readLeaderMessage } from '../../src/wire/peer/leader-message-bytes.js'
import { learnerPacket, readLearnerMessage } from '../../src/wire/peer/learner-message-bytes.js'
import type { LeaderMessage, LearnerMessage } from '../../src/wire/peer/quorum-message.js'
import { isApacheInstalled } from './apache.js'
import { type ApacheMember, connected, patience, startMember, until } from './apache-member.js'
import { buffer, int } from './bytes.js'
import { QuorumTalk } from './quorum-talk.js'

const timeOut = 60_000
const protocolVersion = 0x10000

async function start(t: ExecutionContext): Promise<ApacheMember> {
  t.timeout(4 * patience)
  const apache = await startMember()
  t.teardown(() => apache.stop())
  return apache
}

const connection = test.macro(async (t, body: (t: ExecutionContext) => Promise<void>) => body(t))
/** A test that needs Apache ZooKeeper. */
function withApache(name: string, body: (t: ExecutionContext) => Promise<void>): void {
  if (isApacheInstalled) test(name, connection, body)
  else test.skip(`${name} (Debian: zookeeper, not installed)`, connection, body)
}

withApache('BROADCAST-90 to BROADCAST-95: Apache leads, and is followed', async (t) => {
  const apache = await start(t)
  // It is elected by the vote that it tells.
  await apache.elect((its) => ({ leader: 1n, zxid: its.zxid, peerEpoch: its.peerEpoch }))
  const socket = await connected(apache.quorumPort)
  t.teardown(() => socket.destroy())
  const epochZxid = 0x1_0000_0000n
  let intake: SnapshotIntake | undefined
  const talk = new QuorumTalk<LeaderMessage>(socket, {
    read: readLeaderMessage,
    rewrite: leaderPacket,
    take(message, send) {
      const say = (answer: LearnerMessage): void => send(learnerPacket(answer))
      if (message.type === 'LEADERINFO') say({ type: 'ACKEPOCH', currentEpoch: 0, lastZxid: 0n })
      else if (message.type === 'SNAP')
        return (intake = new SnapshotIntake(message.zxid, { extendedTypes: false }, 1 << 20))
      else if (message.type === 'NEWLEADER' || message.type === 'UPTODATE')
        say({ type: 'ACK', zxid: epochZxid })
      else if (message.type === 'PROPOSAL') say({ type: 'ACK', zxid: message.transaction.header.zxid })
      else if (message.type === 'PING') say({ type: 'PING', touched: [] })
      return undefined
    },
  })
  const say = (message: LearnerMessage): void => talk.send(learnerPacket(message))
  say({ type: 'FOLLOWERINFO', acceptedEpoch: 0, sid: 2n, protocolVersion, configVersion: 0n })

  t.deepEqual(await talk.first('LEADERINFO'), { type: 'LEADERINFO', epoch: 1, protocolVersion })
  const newLeader = await talk.first('NEWLEADER')
  t.is(newLeader.epoch, 1)
  for (const line of apache.servers) t.true(newLeader.config?.includes(line), newLeader.config ?? 'none')
  await talk.first('UPTODATE')
  const types = talk.heard.map(({ type }) => type)
  t.true(['DIFF', 'SNAP'].includes(types[1] ?? ''), types.join())
  t.is(types.includes('SNAP'), talk.hasSnapshot)
  if (intake !== undefined) t.true(intake.tree.get('/zookeeper') !== undefined)
  await until('Apache leads', async () => (await apache.mode()) === 'leader')

  // A client of the leader: the write is final with this test's ACK.
  const client = await connectClient({ port: apache.clientPort, timeOut })
  t.teardown(() => client.destroy())
  const data = Buffer.from('of its client')
  const reply = await client.request({ op: 'create', path: '/a', data, acl: openAcl, flags: 0 })
  t.is(reply.err, ErrorCode.Ok)
  const isOf = (path: string) => (message: { readonly transaction: Transaction }) =>
    message.transaction.txn.op === 'create' && message.transaction.txn.path === path
  const { transaction } = await talk.first('PROPOSAL', isOf('/a'))
  t.like(transaction.header, { clientId: client.sessionId, type: OpCode.create, zxid: reply.zxid })
  t.like(transaction.txn, { data, acl: openAcl, ephemeral: false })
  await talk.first('COMMIT', ({ zxid }) => zxid === reply.zxid)

  // A session of this test's own, and a write for it by whoever its client has proved to be.
  const sessionId = 0x2_0000_0000_0001n
  const ask = (cxid: number, op: number, body: Buffer): void => {
    const identities = [{ scheme: 'digest', id: 'alice:x' }]
    say({ type: 'REQUEST', sessionId, cxid, op, body, identities })
  }
  ask(0, OpCode.createSession, int(timeOut))
  const opened = await talk.first('PROPOSAL', (message) => message.transaction.header.clientId === sessionId)
  t.deepEqual(opened.transaction.txn, { op: 'createSession', timeOut })
  const creators = [int(1), int(31), buffer('auth'), buffer('')]
  ask(1, OpCode.create, Buffer.concat([buffer('/b'), buffer('forwarded'), ...creators, int(0)]))
  const forwarded = await talk.first('PROPOSAL', isOf('/b'))
  t.like(forwarded.transaction.header, { clientId: sessionId, cxid: 1, type: OpCode.create })
  const acl = [{ perms: 31, id: { scheme: 'digest', id: 'alice:x' } }]
  t.like(forwarded.transaction.txn, { data: Buffer.from('forwarded'), acl })
  await talk.first('COMMIT', ({ zxid }) => zxid === forwarded.transaction.header.zxid)
  const refused = await client.request({ op: 'getData', path: '/b', watch: false })
  t.is(refused.err, ErrorCode.NoAuth)

  // What a learner asks. A session that is alive moves to it.
  say({ type: 'REVALIDATE', sessionId, timeout: timeOut })
  say({ type: 'REVALIDATE', sessionId: 77n, timeout: timeOut })
  t.true((await talk.first('REVALIDATE', (answer) => answer.sessionId === sessionId)).isValid)
  t.false((await talk.first('REVALIDATE', (answer) => answer.sessionId === 77n)).isValid)
  say({ type: 'SYNC', sessionId, cxid: 2, body: buffer('/b') })
  await talk.first('SYNC')

  // It goes on asking, and answers hold the connection.
  const before = talk.count('PING')
  await until('pings', () => talk.count('PING') >= before + 5)
  await client.close()
})

/** What is put into each kind of beginning. */
const data = Buffer.from('before it served')
const create = (path: string): Txn => ({
  op: 'create',
  path,
  ...{ data, acl: openAcl, ephemeral: false, parentCVersion: -1 },
})
const beginning = (zxid: bigint, txn: Txn): Transaction => ({
  header: { clientId: 1n, cxid: 0, zxid, time: 1_700_000_000_000, type: OpCode[txn.op] },
  txn,
})

/** DIFF of one transaction, or the tree that it makes and one more. */
function synchronization(way: 'DIFF' | 'SNAP'): Buffer[] {
  const [first, second] = [beginning(0x1_0000_0001n, create('/a')), beginning(0x1_0000_0002n, create('/b'))]
  const last = way === 'DIFF' ? [first, second] : [second]
  const committed = last.flatMap((transaction) => [
    leaderPacket({ type: 'PROPOSAL', transaction }),
    leaderPacket({ type: 'COMMIT', zxid: transaction.header.zxid }),
  ])
  if (way === 'DIFF') return [leaderPacket({ type: 'DIFF', zxid: second.header.zxid }), ...committed]
  const tree = new DataTree()
  tree.apply(first, () => {})
  tree.lastProcessedZxid = first.header.zxid
  const snap = leaderPacket({ type: 'SNAP', zxid: first.header.zxid })
  return [snap, ...writeSnapshotStream(tree, [[1n, timeOut]]), ...committed]
}

/** What a request of a client comes to. */
function txnOf({ op, body }: Extract<LearnerMessage, { type: 'REQUEST' }>): Txn {
  const reader = new JuteReader(body)
  if (op === OpCode.createSession) return { op: 'createSession', timeOut: reader.int() }
  if (op === OpCode.closeSession) return { op: 'closeSession', paths: [] }
  if (op !== OpCode.create) throw new Error(`a request of operation ${op}`)
  const [path, content, acl] = [reader.string(), reader.buffer(), readAcls(reader) ?? []]
  return { op: 'create', path, data: content, acl, ephemeral: reader.int() === 1, parentCVersion: 9 }
}

for (const way of ['DIFF', 'SNAP'] as const)
  withApache(`BROADCAST-90 to BROADCAST-95: Apache follows, and is led, from ${way} on`, async (t) => {
    const apache = await start(t)
    const accepted = once(apache.ours, 'connection') as Promise<[Socket]>
    await apache.elect(() => ({ leader: 2n, zxid: 0x1_0000_0002n, peerEpoch: 1n }))
    const [socket] = await accepted
    const epochZxid = 0x2_0000_0000n
    let zxid = epochZxid
    const talk = new QuorumTalk<LearnerMessage>(socket, {
      read: readLearnerMessage,
      rewrite: learnerPacket,
      take(message, send) {
        const say = (answer: LeaderMessage): void => send(leaderPacket(answer))
        if (message.type === 'FOLLOWERINFO') say({ type: 'LEADERINFO', epoch: 2, protocolVersion })
        else if (message.type === 'ACKEPOCH') {
          send(...synchronization(way))
          say({ type: 'NEWLEADER', epoch: 2, config: null })
        } else if (message.type === 'ACK' && message.zxid > epochZxid)
          say({ type: 'COMMIT', zxid: message.zxid })
        else if (message.type === 'SYNC') say({ type: 'SYNC' })
        else if (message.type === 'REQUEST') {
          const { sessionId: clientId, cxid, op: type } = message
          const header = { clientId, cxid, zxid: ++zxid, time: 1_700_000_000_000, type }
          say({ type: 'PROPOSAL', transaction: { header, txn: txnOf(message) } })
        }
        return undefined
      },
    })
    const say = (message: LeaderMessage): void => talk.send(leaderPacket(message))
    const isAsked = (): boolean => talk.heard.some(({ type }) => type === 'ACK')
    const asking = setInterval(() => isAsked() && say({ type: 'PING', zxid }), 250)
    t.teardown(() => {
      clearInterval(asking)
      socket.destroy()
    })

    const info = await talk.first('FOLLOWERINFO')
    t.like(info, { acceptedEpoch: 0, sid: 1n, protocolVersion, configVersion: 0n })
    t.deepEqual(await talk.first('ACKEPOCH'), { type: 'ACKEPOCH', currentEpoch: 0, lastZxid: 0n })
    t.is((await talk.first('ACK')).zxid, epochZxid)
    say({ type: 'UPTODATE', zxid: -1n })
    const isEpochs = (message: LearnerMessage) => message.type === 'ACK' && message.zxid === epochZxid
    await until('a second ACK', () => talk.heard.filter(isEpochs).length === 2)
    await until('Apache follows', async () => (await apache.mode()) === 'follower')

    // A client of the follower: its session, what the synchronization brought, and a write.
    const client = await connectClient({ port: apache.clientPort, timeOut })
    t.teardown(() => client.destroy())
    for (const path of ['/a', '/b']) {
      const { err, result } = await client.request({ op: 'getData', path, watch: false })
      t.is(err, ErrorCode.Ok, path)
      t.like(result, { data })
    }
    const content = Buffer.from('by way of its leader')
    const reply = await client.request({ op: 'create', path: '/c', data: content, acl: openAcl, flags: 0 })
    t.is(reply.err, ErrorCode.Ok)
    t.is(reply.zxid, zxid)
    const request = await talk.first('REQUEST', ({ op }) => op === OpCode.create)
    t.is(request.sessionId, client.sessionId)
    t.true(request.identities.some(({ scheme, id }) => scheme === 'ip' && id === '127.0.0.1'))
    await talk.first('ACK', (ack) => ack.zxid === zxid)
    t.is((await client.request({ op: 'sync', path: '/c' })).err, ErrorCode.Ok)
    t.deepEqual((await talk.first('SYNC')).body, buffer('/c'))

    const heardOf = ({ touched }: Extract<LearnerMessage, { type: 'PING' }>): boolean =>
      touched.some(({ sessionId, timeout }) => sessionId === client.sessionId && timeout === timeOut)
    await talk.first('PING', heardOf)
    await client.close()
    await talk.first('REQUEST', ({ op }) => op === OpCode.closeSession)
  })
