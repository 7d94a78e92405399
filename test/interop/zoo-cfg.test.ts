/** Lines of `zoo.cfg` that Apache takes, on both servers. */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { connectClient } from '../../src/runtime/client-socket.js'
import { startServer } from '../../src/runtime/server.js'
import { readConfig } from '../../src/server/config/read-config.js'
import { hasApache, startApache } from './apache-server.js'

interface Running {
  readonly port: number
  stop(): Promise<void>
}

/** Whether a server can be reached at an address. */
function isReached(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host })
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

function takes(name: string, start: (lines: readonly string[]) => Promise<Running>): void {
  test(`digestAlg in small letters, and no limit of connections, on ${name}`, async (t) => {
    const server = await start(['DigestAuthenticationProvider.digestAlg=sha3-256', 'maxClientCnxns=-1'])
    t.teardown(() => server.stop())
    const client = await connectClient({ port: server.port })
    const auth = Buffer.from('ann:secret')
    await client.request({ op: 'auth', authType: 0, scheme: 'digest', auth }, -4)
    const acl = [{ perms: 31, id: { scheme: 'auth', id: '' } }]
    await client.request({ op: 'create', path: '/a', data: null, acl, flags: 0 })
    const { result } = await client.request({ op: 'getACL', path: '/a' })
    const id = `ann:${createHash('sha3-256').update('ann:secret').digest('base64')}`
    t.deepEqual(result?.op === 'getACL' && result.acl, [{ perms: 31, id: { scheme: 'digest', id } }])
    const many = await Promise.all(Array.from({ length: 80 }, () => connectClient({ port: server.port })))
    for (const each of many) t.not(each.sessionId, 0n)
    await Promise.all([client, ...many].map((each) => each.close()))
  })

  for (const [line, host] of [
    ['clientPortAddress=0.0.0.0', '127.0.0.1'],
    ['clientPortAddress=::', '127.0.0.1'],
  ] as const) {
    test(`${line} is every address, on ${name}`, async (t) => {
      const server = await start([line])
      t.teardown(() => server.stop())
      t.true(await isReached(server.port, host))
    })
  }
}

takes('zoospec', async (lines) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-cfg-'))
  const { config } = readConfig([`dataDir=${dataDir}`, ...lines].join('\n'), 'zoo.cfg')
  const server = await startServer({ config, dataDir, port: 0 })
  return {
    port: server.port,
    stop: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
})
if (hasApache) takes('Apache ZooKeeper', startApache)
else test.skip('zoo.cfg: skipped on Apache ZooKeeper (Debian: zookeeper), which is not installed', () => {})
