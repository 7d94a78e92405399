/** Every key that `docs/configuration.md` has: a line of `zoo.cfg` with it, and what a server does differently then. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { ErrorCode, openAcl, type Acl, type Request } from '../../spec/vocabulary/index.js'
import type { Client } from '../../src/client/client.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import { FileDisk } from '../../src/runtime/file-disk.js'
import { nodeHash } from '../../src/runtime/hash.js'
import { SocketListener } from '../../src/runtime/listener.js'
import { nodeCompression } from '../../src/runtime/node-compression.js'
import { processInfo } from '../../src/runtime/process-info.js'
import { startServer } from '../../src/runtime/server.js'
import { SystemClock } from '../../src/runtime/system-clock.js'
import { silent } from '../../src/platform/logger.js'
import { offeredKeys } from '../../src/server/config/keys.js'
import { readConfig } from '../../src/server/config/read-config.js'
import { type RunningServer, Server } from '../../src/server/server.js'
import { Bench } from '../support/bench.js'
import type { LogLine } from '../support/server.js'

interface Running {
  readonly server: RunningServer
  readonly dataDir: string
  readonly version: string
  readonly lines: readonly LogLine[]
  readonly client: Client
}

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'zoospec-key-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const configOf = (lines: readonly string[]) => readConfig(lines.join('\n'), 'zoo.cfg').config

/** A server that read these lines, on a free port of 127.0.0.1, and a client of it. */
async function run(t: ExecutionContext, lines: readonly string[], dataDir = folder(t)): Promise<Running> {
  const logged: LogLine[] = []
  const log = (level: LogLine['level']) => (fields: LogLine['fields'], message: string) => {
    logged.push({ level, fields, message })
  }
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
  const config = configOf([`dataDir=${dataDir}`, 'preAllocSize=64', ...lines])
  const server = await startServer({ config, dataDir, port: 0, host: '127.0.0.1', logger })
  t.teardown(() => server.kill())
  const client = await connectClient({ port: server.port, timeOut: 8000 })
  return { server, dataDir, version: join(dataDir, 'version-2'), lines: logged, client }
}

const create = (
  path: string,
  flags = 0,
  acl: readonly Acl[] = openAcl,
  data = Buffer.alloc(1000),
): Request => ({
  op: 'create',
  path,
  data,
  acl,
  flags,
})

async function errOf(client: Client, request: Request, xid?: number): Promise<number> {
  return (await client.request(request, xid)).err
}

async function fill({ client }: Running, count: number): Promise<void> {
  for (let at = 0; at < count; at++) await client.request(create(`/fill-${at}-${client.sessionId}`))
}

const named = (dir: string, start: string): string[] =>
  readdirSync(dir).filter((name) => name.startsWith(start))

/** Waits, up to five seconds, until something holds. */
async function until(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 250 && !holds(); tries++) await sleep(20)
  return holds()
}

/** What comes back for some bytes, when the server has closed. */
function say(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' })
    let heard = ''
    socket.write(bytes)
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
  })
}

const isReached = (port: number, host: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ port, host })
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

const nobody: readonly Acl[] = [{ perms: 31, id: { scheme: 'digest', id: 'nobody:x' } }]
const auth = (text: string): Request => ({
  op: 'auth',
  authType: 0,
  scheme: 'digest',
  auth: Buffer.from(text),
})
const ttl: Request = { op: 'createTTL', path: '/ttl', data: null, acl: openAcl, flags: 5, ttl: 1000n }
const container = (path: string): Request => ({
  op: 'createContainer',
  path,
  data: null,
  acl: openAcl,
  flags: 4,
})
const get = (path: string): Request => ({ op: 'getData', path, watch: false })

/** Makes containers that are empty and have had a child. */
async function emptied({ client }: Running, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await client.request(container(path))
    await client.request(create(`${path}/c`))
    await client.request({ op: 'delete', path: `${path}/c`, version: -1 })
  }
}

/** How often a log was synced while a server took ten writes. */
async function syncs(t: ExecutionContext, line: string): Promise<number> {
  let count = 0
  class CountingDisk extends FileDisk {
    override create(path: string) {
      const file = super.create(path)
      const sync = file.sync.bind(file)
      if (path.includes('/log.')) file.sync = (done) => (count++, sync(done))
      return file
    }
  }
  const dataDir = folder(t)
  const config = { ...configOf([line]), dataDir, clientPort: 0, clientPortAddress: '127.0.0.1' }
  const outside = {
    disk: new CountingDisk(),
    clock: new SystemClock(),
    listener: new SocketListener({ keepAlive: false }),
    random: Math.random,
    hash: nodeHash,
    compression: nodeCompression,
    process: processInfo,
  }
  const server = new Server(outside, { config, logger: silent })
  await server.start()
  const client = await connectClient({ port: server.port })
  for (let at = 0; at < 10; at++) await client.request(create(`/${at}`))
  const seen = count
  await server.kill()
  return seen
}

/** Whether a connection that has a request in progress is read no more. */
function isHeld(lines: readonly string[]): boolean {
  const bench = new Bench(configOf(lines))
  bench.connect(1)
  bench.send(1, 1, create('/a'), create('/b'), create('/c'))
  return bench.paused.has(1)
}

type Effect = (t: ExecutionContext) => Promise<void>

const effects: Readonly<Record<string, Effect>> = {
  async dataDir(t) {
    const { version } = await run(t, [])
    t.true(existsSync(version))
  },
  async dataLogDir(t) {
    const logs = folder(t)
    const { version } = await run(t, [`dataLogDir=${logs}`])
    t.is(named(version, 'log.').length, 0)
    t.is(named(join(logs, 'version-2'), 'log.').length, 1)
  },
  async clientPort(t) {
    const first = await run(t, [])
    const { port } = first.server
    await first.server.stop()
    const config = configOf([`clientPort=${port}`, 'clientPortAddress=127.0.0.1'])
    const server = await startServer({ config, dataDir: folder(t) })
    t.teardown(() => server.kill())
    t.is(server.port, port)
  },
  async clientPortAddress(t) {
    const config = configOf(['clientPortAddress=127.0.0.2'])
    const server = await startServer({ config, dataDir: folder(t), port: 0 })
    t.teardown(() => server.kill())
    t.true(await isReached(server.port, '127.0.0.2'))
    t.false(await isReached(server.port, '127.0.0.1'))
  },
  async clientPortListenBacklog(t) {
    const { server } = await run(t, ['clientPortListenBacklog=7', '4lw.commands.whitelist=conf'])
    t.true((await say(server.port, 'conf')).includes('clientPortListenBacklog=7\n'))
  },
  async tickTime(t) {
    const { client } = await run(t, ['tickTime=5000'])
    t.is(client.response?.timeOut, 10_000)
  },
  async initLimit(t) {
    t.true(offeredKeys.find(({ key }) => key === 'initLimit')!.about.endsWith('for ensembles.'))
  },
  async syncLimit(t) {
    t.true(offeredKeys.find(({ key }) => key === 'syncLimit')!.about.endsWith('for ensembles.'))
  },
  async minSessionTimeout(t) {
    const { client } = await run(t, ['minSessionTimeout=9000'])
    t.is(client.response?.timeOut, 9000)
  },
  async maxSessionTimeout(t) {
    const { client } = await run(t, ['maxSessionTimeout=7000'])
    t.is(client.response?.timeOut, 7000)
  },
  async maxClientCnxns(t) {
    const { server } = await run(t, ['maxClientCnxns=1'])
    await t.throwsAsync(connectClient({ port: server.port }))
  },
  async maxCnxns(t) {
    const { server } = await run(t, ['maxCnxns=1'])
    await t.throwsAsync(connectClient({ port: server.port }))
  },
  async globalOutstandingLimit(t) {
    t.false(isHeld([]))
    t.true(isHeld(['globalOutstandingLimit=1']))
  },
  async request_throttle_max_requests(t) {
    t.true(isHeld(['request_throttle_max_requests=1']))
  },
  async 'jute.maxbuffer'(t) {
    const { client } = await run(t, ['jute.maxbuffer=0x800'])
    t.is(await errOf(client, create('/small')), ErrorCode.Ok)
    await t.throwsAsync(client.request(create('/large', 0, openAcl, Buffer.alloc(3000))))
  },
  async snapCount(t) {
    const running = await run(t, ['snapCount=4'])
    await fill(running, 10)
    t.true(await until(() => named(running.version, 'snapshot.').length > 1))
  },
  async snapSizeLimitInKb(t) {
    const running = await run(t, ['snapSizeLimitInKb=2'])
    await fill(running, 10)
    t.true(await until(() => named(running.version, 'snapshot.').length > 1))
  },
  async txnLogSizeLimitInKb(t) {
    const running = await run(t, ['txnLogSizeLimitInKb=2'])
    await fill(running, 10)
    t.true(named(running.version, 'log.').length > 1)
  },
  async preAllocSize(t) {
    const { version } = await run(t, ['preAllocSize=100'])
    const { size } = statSync(join(version, named(version, 'log.')[0]!))
    t.true(size >= 100 * 1024 && size < 110 * 1024, `${size}`)
  },
  async forceSync(t) {
    t.true((await syncs(t, 'forceSync=yes')) >= 10)
    t.true((await syncs(t, 'forceSync=no')) < 3)
  },
  async 'fsync.warningthresholdms'(t) {
    const running = await run(t, ['fsync.warningthresholdms=0'])
    await fill(running, 3)
    t.true(running.lines.some(({ message }) => message === 'a sync of the log took long'))
  },
  async 'autopurge.snapRetainCount'(t) {
    t.is(await purged(t, 5), 5)
  },
  async 'autopurge.purgeInterval'(t) {
    t.is(await purged(t, 3), 3)
  },
  async 'snapshot.trust.empty'(t) {
    const first = await run(t, [])
    await fill(first, 3)
    await first.server.stop()
    for (const name of named(first.version, 'snapshot.')) rmSync(join(first.version, name))
    await t.throwsAsync(run(t, [], first.dataDir))
    const { client } = await run(t, ['snapshot.trust.empty=true'], first.dataDir)
    t.is(await errOf(client, get(`/fill-0-${first.client.sessionId}`)), ErrorCode.Ok)
  },
  async 'snapshot.compression.method'(t) {
    const running = await run(t, ['snapshot.compression.method=gz', 'snapCount=4'])
    await fill(running, 10)
    t.true(await until(() => named(running.version, 'snapshot.').some((name) => name.endsWith('.gz'))))
  },
  async '4lw.commands.whitelist'(t) {
    t.is(await say((await run(t, ['4lw.commands.whitelist=ruok'])).server.port, 'ruok'), 'imok')
    t.not(await say((await run(t, [])).server.port, 'ruok'), 'imok')
  },
  async 'DigestAuthenticationProvider.superDigest'(t) {
    const digest = createHash('sha1').update('super:secret').digest('base64')
    const { client } = await run(t, [`DigestAuthenticationProvider.superDigest=super:${digest}`])
    await client.request(create('/closed', 0, nobody))
    t.is(await errOf(client, get('/closed')), ErrorCode.NoAuth)
    await client.request(auth('super:secret'), -4)
    t.is(await errOf(client, get('/closed')), ErrorCode.Ok)
  },
  async 'DigestAuthenticationProvider.digestAlg'(t) {
    const { client } = await run(t, ['DigestAuthenticationProvider.digestAlg=SHA-512'])
    await client.request(auth('ann:secret'), -4)
    await client.request(create('/mine', 0, [{ perms: 31, id: { scheme: 'auth', id: '' } }]))
    const { result } = await client.request({ op: 'getACL', path: '/mine' })
    const id = `ann:${createHash('sha512').update('ann:secret').digest('base64')}`
    t.deepEqual(result?.op === 'getACL' && result.acl[0]!.id, { scheme: 'digest', id })
  },
  async enforceQuota(t) {
    const { client } = await run(t, ['enforceQuota=true'])
    const limits = Buffer.from('count=-1,bytes=-1=;byteHardLimit=10')
    await client.request(create('/q', 0, openAcl, Buffer.alloc(0)))
    await client.request(create('/zookeeper/quota/q'))
    await client.request(create('/zookeeper/quota/q/zookeeper_limits', 0, openAcl, limits))
    await client.request(
      create('/zookeeper/quota/q/zookeeper_stats', 0, openAcl, Buffer.from('count=1,bytes=0')),
    )
    t.is(await errOf(client, create('/q/a')), ErrorCode.QuotaExceeded)
  },
  async extendedTypesEnabled(t) {
    t.is(await errOf((await run(t, [])).client, ttl), ErrorCode.Unimplemented)
    t.is(await errOf((await run(t, ['extendedTypesEnabled=true'])).client, ttl), ErrorCode.Ok)
  },
  async skipACL(t) {
    const { client } = await run(t, ['skipACL=yes'])
    await client.request(create('/closed', 0, nobody))
    t.is(await errOf(client, get('/closed')), ErrorCode.Ok)
  },
  async 'closeSessionTxn.enabled'(t) {
    const count = async (line: string): Promise<number> => {
      const { client, server, version } = await run(t, [line])
      await client.request(create('/ephemeral-name', 1))
      await client.close()
      await server.stop()
      const log = readFileSync(join(version, named(version, 'log.')[0]!), 'latin1')
      return log.split('/ephemeral-name').length - 1
    }
    t.is(await count('closeSessionTxn.enabled=true'), 2)
    t.is(await count('closeSessionTxn.enabled=false'), 1)
  },
  async 'znode.container.checkIntervalMs'(t) {
    const running = await run(t, ['znode.container.checkIntervalMs=20'])
    await emptied(running, ['/box'])
    t.true(await until(() => running.server.core.state.tree.get('/box') === undefined))
  },
  async 'znode.container.maxPerMinute'(t) {
    const running = await run(t, ['znode.container.maxPerMinute=2'])
    await emptied(running, ['/a', '/b', '/c'])
    running.server.core.reap()
    running.server.core.flush()
    const { tree } = running.server.core.state
    const left = () => ['/a', '/b', '/c'].filter((path) => tree.get(path) !== undefined)
    t.true(await until(() => left().length === 1), left().join())
    await sleep(50)
    t.is(left().length, 1)
  },
  async 'znode.container.maxNeverUsedIntervalMs'(t) {
    const { client, server } = await run(t, ['znode.container.maxNeverUsedIntervalMs=1'])
    await client.request(container('/box'))
    await sleep(20)
    server.core.reap()
    server.core.flush()
    t.true(await until(() => server.core.state.tree.get('/box') === undefined))
  },
  async 'nio.sessionlessCnxnTimeout'(t) {
    const { server } = await run(t, ['nio.sessionlessCnxnTimeout=50', 'tickTime=100'])
    t.is(await say(server.port, Buffer.from([0])), '')
  },
  async clientTcpKeepAlive(t) {
    if (process.platform !== 'linux') return void t.pass('the system does not tell')
    t.true(await hasKeepAliveTimer(t, ['clientTcpKeepAlive=true']))
    t.false(await hasKeepAliveTimer(t, []))
  },
  async reconfigEnabled(t) {
    const reconfig: Request = {
      op: 'reconfig',
      joiningServers: null,
      leavingServers: null,
      newMembers: null,
      curConfigId: -1n,
    }
    t.is(await errOf((await run(t, [])).client, reconfig), ErrorCode.ReconfigDisabled)
    t.is(await errOf((await run(t, ['reconfigEnabled=true'])).client, reconfig), ErrorCode.Unimplemented)
  },
}

/** How many of eight snapshots a purge leaves that keeps so many. */
async function purged(t: ExecutionContext, keep: number): Promise<number> {
  const first = await run(t, ['snapCount=4'])
  for (let snapshots = 1; snapshots < 8; snapshots++) {
    await fill(first, 1)
    for (let at = 0; named(first.version, 'snapshot.').length <= snapshots && at < 50; at++) {
      await first.client.request({ op: 'setData', path: '/', data: null, version: -1 })
      await sleep(1)
    }
  }
  const before = named(first.version, 'snapshot.').length
  t.true(before > 5, `${before}`)
  await first.server.stop()
  await run(t, [`autopurge.snapRetainCount=${keep}`, 'autopurge.purgeInterval=1'], first.dataDir)
  const count = (): number => named(first.version, 'snapshot.').length
  await until(() => count() < before)
  await sleep(50)
  return count()
}

/** Whether the system runs a keep-alive timer (2) for the server's end of a connection. */
async function hasKeepAliveTimer(t: ExecutionContext, lines: readonly string[]): Promise<boolean> {
  const { server } = await run(t, lines)
  await sleep(50)
  const port = server.port.toString(16).toUpperCase().padStart(4, '0')
  const sockets = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
    readFileSync(file, 'utf8').split('\n'),
  )
  return sockets.some((line) => {
    const [, local, , state, , timer] = line.trim().split(/\s+/)
    return local?.endsWith(`:${port}`) === true && state === '01' && timer?.startsWith('02') === true
  })
}

test('every key that is documented has its effect shown here', (t) => {
  t.deepEqual(Object.keys(effects).sort(), offeredKeys.map(({ key }) => key).sort())
})
for (const [key, shows] of Object.entries(effects)) test(`zoo.cfg: ${key} does what it says`, shows)
