/**
 * The wire's rules by bytes, on this server and, where it is installed, on Apache ZooKeeper: what is sent, and what must
 * come back. Frames are written by hand here, not by the code that is under test.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { passwordOf } from '../../spec/session/password.js'
import { startServer } from '../../src/runtime/server.js'
import { hasApache, startApache } from './apache-server.js'
import { ask, buffer, frame, headerOf, hello, int, no, ping, talk } from './bytes.js'
import { frames } from './wire-frames.js'
import { records } from './wire-records.js'

interface Running {
  readonly port: number
  stop(): Promise<void>
}

async function ours(): Promise<Running> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-wire-'))
  const server = await startServer({ port: 0, dataDir, config: { maxClientCnxns: 0 } })
  return {
    port: server.port,
    stop: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function rules(name: string, start: () => Promise<Running>): void {
  const running = start()
  test.after.always(async () => (await running).stop())

  for (const { rule, says, sent, replies, lives, isOursAlone, zxids } of [...frames, ...records]) {
    if (isOursAlone && name !== 'zoospec') continue
    // Zxids are counted where nobody else writes: serial tests come before the others, one by one.
    const run = zxids === undefined ? test : test.serial
    run(`${rule}: ${says}, on ${name}`, async (t) => {
      const { port } = await running
      // A connection that lives answers a ping; one that does not is closed behind its last reply.
      const wanted = 1 + replies.length + 1
      const { frames, closed } = await talk(port, [hello(), ...sent, ...(lives ? [ping] : [])], wanted)
      const heard = frames.slice(1).map(headerOf)
      if (lives) t.like(heard.pop(), { xid: -2, err: 0 })
      t.is(closed, !lives)
      t.is(heard.length, replies.length)
      for (const [at, reply] of replies.entries()) t.like(heard[at], reply)
      for (const [at, more] of (zxids ?? []).entries()) t.is(heard[at + 1]!.zxid - heard[at]!.zxid, more)
    })
  }

  test(`WIRE-22: an old client’s answer has no readOnly byte, on ${name}`, async (t) => {
    const { port } = await running
    const [now] = (await talk(port, [hello()], 1)).frames
    const [old] = (await talk(port, [hello({ old: true })], 1)).frames
    t.is(now?.length, 37)
    t.is(old?.length, 36)
  })

  test(`SESSION-14: the password in the handshake’s answer is the id’s, on ${name}`, async (t) => {
    const [answer] = (await talk((await running).port, [hello({ passwd: null })], 1)).frames
    const id = answer!.readBigInt64BE(8)
    t.deepEqual(answer!.subarray(20, 36), Buffer.from(passwordOf(id)))
    t.is(id >> 56n, 1n)
  })

  test(`SESSION-42: a refusal is zeros, and then the end, on ${name}`, async (t) => {
    const { port } = await running
    for (const passwd of [new Uint8Array(16), passwordOf(0x77n)]) {
      const { frames, closed } = await talk(port, [hello({ id: 0x77n, passwd })], 2)
      t.is(frames[0]?.toString('hex'), `${'00'.repeat(16)}00000010${'00'.repeat(17)}`)
      t.true(closed)
    }
  })

  test(`SESSION-47: a client that is ahead gets no answer, on ${name}`, async (t) => {
    t.deepEqual(await talk((await running).port, [hello({ seen: 1n << 40n })], 1), {
      frames: [],
      closed: true,
    })
  })

  test.serial(`TREE-12: the empty path has one znode more below it than the root, on ${name}`, async (t) => {
    const { port } = await running
    const { frames } = await talk(port, [hello(), ask(1, 104, buffer('/')), ask(2, 104, buffer(''))], 3)
    const [root, empty] = frames
      .slice(1)
      .map((reply) => Buffer.from(headerOf(reply).body, 'hex').readInt32BE(0))
    t.true(root! >= 3)
    t.is(empty, root! + 1)
  })

  test(`SERVICE-38: whoAmI tells the address and what was proved, in any order, on ${name}`, async (t) => {
    const { port } = await running
    const prove = (xid: number, auth: string): Buffer => ask(xid, 100, int(0), buffer('digest'), buffer(auth))
    const { frames } = await talk(port, [hello(), prove(1, 'u:p'), prove(2, 'a:q'), ask(5, 107)], 4)
    const { body, err } = frames
      .slice(1)
      .map(headerOf)
      .find(({ xid }) => xid === 5)!
    t.is(err, 0)
    t.true(body.startsWith(int(3).toString('hex')))
    const infos = [
      ['ip', '127.0.0.1'],
      ['digest', 'u'],
      ['digest', 'a'],
    ].map((info) => info.map((text) => buffer(text).toString('hex')).join(''))
    t.is(body.length, 8 + infos.join('').length)
    for (const info of infos) t.true(body.includes(info))
  })

  test(`WIRE-23: a first frame that is no handshake, on ${name}`, async (t) => {
    t.deepEqual(await talk((await running).port, [frame(int(0), no)], 1), { frames: [], closed: true })
  })
}

rules('zoospec', ours)
if (hasApache) rules('Apache ZooKeeper', () => startApache(['maxClientCnxns=0']))
else test.skip('WIRE-16: skipped on Apache ZooKeeper (Debian: zookeeper), which is not installed', () => {})
