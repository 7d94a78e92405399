/** What monitoring tools read of a server, on zoospec and on Apache ZooKeeper: counts, sizes, addresses. */
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { startServer } from '../../src/runtime/server.js'
import { hasApache, startApache } from './apache-server.js'
import { ask, buffer, hello, int, long, no, talk } from './bytes.js'

const hasIpv6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1')

interface Running {
  readonly port: number
  stop(): Promise<void>
}

/** Sends bytes; gives what came back when the server has closed. */
function say(port: number, bytes: Buffer | string, host = '127.0.0.1'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host })
    let answer = ''
    socket.write(bytes)
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

async function metric(port: number, name: string): Promise<number> {
  const [, value] = new RegExp(`^zk_${name}\t(\\d+)$`, 'm').exec(await say(port, 'mntr')) ?? []
  return Number(value)
}

function monitored(name: string, start: () => Promise<Running>): void {
  const running = start()
  test.after.always(async () => (await running).stop())

  test.serial(`mntr: an empty tree has 44 bytes, and each znode its path and data, on ${name}`, async (t) => {
    const { port } = await running
    t.is(await metric(port, 'approximate_data_size'), 44)
    const acl = Buffer.concat([int(1), int(31), buffer('world'), buffer('anyone')])
    await talk(port, [hello(), ask(1, 1, buffer('/abc'), buffer('12345'), acl, int(0))], 2)
    t.is(await metric(port, 'approximate_data_size'), 44 + 4 + 5)
    await talk(port, [hello(), ask(1, 2, buffer('/abc'), int(-1))], 2)
    t.is(await metric(port, 'approximate_data_size'), 44)
  })

  test.serial(`mntr: packets_sent counts the answers to words too, on ${name}`, async (t) => {
    const { port } = await running
    await metric(port, 'packets_sent')
    const first = await metric(port, 'packets_sent')
    const perMntr = (await metric(port, 'packets_sent')) - first
    t.true(perMntr >= 1)
    let mntrs = 1
    // Apache counts an answer after it has sent it, so the count may come a moment behind the answer.
    const sentSince = async (expected: number): Promise<number> => {
      for (let tries = 0; ; tries++) {
        mntrs += 1
        const others = (await metric(port, 'packets_sent')) - first - mntrs * perMntr
        if (others === expected || tries === 20) return others
        await sleep(50)
      }
    }
    for (const word of ['ruok', 'srvr', 'isro']) await say(port, word)
    t.is(await sentSince(3), 3)
    await talk(port, [hello(), ask(1, 3, buffer('/'), no)], 2)
    t.is(await sentSince(3 + 2), 3 + 2)
  })

  test.serial(
    `WIRE-17: stmk without its 8 bytes is closed at once, without an answer, on ${name}`,
    async (t) => {
      const { port } = await running
      t.is(await say(port, 'stmk'), '')
      t.is(await say(port, Buffer.concat([Buffer.from('stmk'), int(1)])), '')
      t.is(await say(port, Buffer.concat([Buffer.from('stmk'), long(306n)])), '306')
    },
  )

  const onIpv6 = hasIpv6 ? test.serial : test.serial.skip
  onIpv6(`SERVICE-38: an IPv6 address in full, on ${name}`, async (t) => {
    const { port } = await running
    const socket = createConnection({ port, host: '::1' })
    socket.on('error', () => {})
    let heard = ''
    const answered = new Promise<void>((resolve) => {
      socket.on('close', () => resolve())
      socket.on('data', (chunk) => {
        heard += chunk.toString('latin1')
        if (heard.includes('0:0:0:0:0:0:0:1')) resolve()
      })
    })
    socket.write(Buffer.concat([hello(), ask(5, 107)]))
    await answered
    t.true(heard.includes('0:0:0:0:0:0:0:1'), heard)
    const stat = await say(port, 'stat', '::1')
    t.regex(stat, /^ \/\[0:0:0:0:0:0:0:1\]:\d+\[/m)
    socket.destroy()
  })
}

monitored('zoospec', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-monitoring-'))
  const server = await startServer({ port: 0, host: null, dataDir, config: { fourLetterWords: ['*'] } })
  return {
    port: server.port,
    stop: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
})
if (hasApache)
  monitored('Apache ZooKeeper', () => startApache(['4lw.commands.whitelist=*', 'clientPortAddress=::']))
else
  test.skip('monitoring: skipped on Apache ZooKeeper (Debian: zookeeper), which is not installed', () => {})
