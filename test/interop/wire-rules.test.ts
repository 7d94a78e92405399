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
import { frame, headerOf, hello, int, no, ping, talk } from './bytes.js'
import { frames } from './wire-frames.js'
import { records } from './wire-records.js'

interface Running {
  readonly port: number
  stop(): Promise<void>
}

async function ours(): Promise<Running> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-wire-'))
  const server = await startServer({ port: 0, dataDir })
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

  for (const { rule, says, sent, replies, lives, isOursAlone } of [...frames, ...records]) {
    if (isOursAlone && name !== 'zoospec') continue
    test(`${rule}: ${says}, on ${name}`, async (t) => {
      const { port } = await running
      // A connection that lives answers a ping; one that does not is closed behind its last reply.
      const wanted = 1 + replies.length + 1
      const { frames, closed } = await talk(port, [hello(), ...sent, ...(lives ? [ping] : [])], wanted)
      const heard = frames.slice(1).map(headerOf)
      if (lives) t.like(heard.pop(), { xid: -2, err: 0 })
      t.is(closed, !lives)
      t.is(heard.length, replies.length)
      for (const [at, reply] of replies.entries()) t.like(heard[at], reply)
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

  test(`WIRE-23: a first frame that is no handshake, on ${name}`, async (t) => {
    t.deepEqual(await talk((await running).port, [frame(int(0), no)], 1), { frames: [], closed: true })
  })
}

rules('zoospec', ours)
if (hasApache) rules('Apache ZooKeeper', startApache)
else test.skip('WIRE-16: skipped on Apache ZooKeeper (Debian: zookeeper), which is not installed', () => {})
