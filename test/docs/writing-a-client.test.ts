/** The client at the end of `docs/writing-a-client.md` does what the page says, on zoospec and on Apache ZooKeeper. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { startServer } from '../../src/runtime/server.js'
import { hasApache, startApache } from '../interop/apache-server.js'

interface Told {
  readonly state?: string
  readonly event?: { readonly type: number; readonly path: string }
}
interface Reply {
  readonly err: number
  readonly zxid: bigint
  readonly body: Buffer
}
interface PageClient {
  readonly state: string
  readonly sessionId: bigint
  readonly lastZxidSeen: bigint
  request(type: number, record: Buffer, watch?: string): Promise<Reply>
  exists(path: string, isWatching?: boolean): Promise<Reply>
  getData(path: string, isWatching?: boolean): Promise<Reply>
  addWatch(path: string, mode: number): Promise<Reply>
  auth(scheme: string, credentials: string): void
  close(): Promise<void>
  drop(): void
}
interface Page {
  readonly Client: new (
    servers: readonly { host: string; port: number }[],
    options?: { timeout?: number; told?: (told: Told) => void },
  ) => PageClient
  readonly op: Readonly<Record<'create' | 'setData', number>>
  int(value: number): Buffer
  buffer(value: string | null): Buffer
}

const folder = mkdtempSync(join(tmpdir(), 'zoospec-client-page-'))
const [, source] = /^```js file=client\.mjs\n([^]*?)^```$/m.exec(readFileSync('docs/writing-a-client.md', 'utf8'))!
writeFileSync(join(folder, 'client.mjs'), source!)
const { Client, op, int, buffer } = (await import(pathToFileURL(join(folder, 'client.mjs')).href)) as Page

test.after.always(() => rmSync(folder, { recursive: true, force: true }))

/** A client of the page on a server, and what it was told. */
function open(t: ExecutionContext, port: number, timeout = 6000): { client: PageClient; told: Told[] } {
  const told: Told[] = []
  const client = new Client([{ host: '127.0.0.1', port }], { timeout, told: (each) => told.push(each) })
  t.teardown(() => (client.state === 'connected' ? client.close() : undefined))
  return { client, told }
}

const worldAll = Buffer.concat([int(1), int(31), buffer('world'), buffer('anyone')])
const creatorAll = Buffer.concat([int(1), int(31), buffer('auth'), buffer('')])
const create = (client: PageClient, path: string, flags = 0, acl = worldAll): Promise<Reply> =>
  client.request(op.create, Buffer.concat([buffer(path), buffer('v1'), acl, int(flags)]))
const setData = (client: PageClient, path: string): Promise<Reply> =>
  client.request(op.setData, Buffer.concat([buffer(path), buffer('v2'), int(-1)]))
const events = (told: readonly Told[]): string[] =>
  told.flatMap(({ event }) => (event === undefined ? [] : [`${event.type} ${event.path}`]))

/** Waits, up to ten seconds, until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++) await sleep(50)
  if (!holds()) throw new Error('it never came')
}

function follows(name: string, portOf: () => Promise<number>): void {
  test.serial(`SERVICE-24, WATCHER-60: a client reconnects with identity and watches, on ${name}`, async (t) => {
    const port = await portOf()
    const { client, told } = open(t, port)
    const { client: other } = open(t, port)
    client.auth('digest', 'ann:secret')
    t.is((await create(client, '/mine', 0, creatorAll)).err, 0)
    t.is((await create(client, '/there')).err, 0)
    t.is((await create(client, '/owned', 1)).err, 0)
    t.is((await client.exists('/there', true)).err, 0)
    t.is((await client.exists('/coming', true)).err, -101)
    t.is((await client.exists('/still', true)).err, -101)
    t.is((await client.addWatch('/owned', 0)).err, 0)
    const { sessionId, lastZxidSeen } = client

    client.drop()
    t.is((await setData(other, '/there')).err, 0)
    t.is((await create(other, '/coming')).err, 0)
    await until(() => client.state === 'connected' && events(told).length === 2)
    t.deepEqual(events(told), ['3 /there', '1 /coming'])
    t.is(client.sessionId, sessionId)

    // The identity is proved again, the ephemeral is still there, and what was not missed is still watched.
    t.is((await client.getData('/mine')).err, 0)
    t.true(client.lastZxidSeen > lastZxidSeen)
    t.is((await create(other, '/still')).err, 0)
    t.is((await setData(other, '/owned')).err, 0)
    await client.exists('/')
    t.deepEqual(events(told).slice(2), ['1 /still', '3 /owned'])
  })

  test.serial(`SERVICE-55: what was sent and not answered is lost with its connection, on ${name}`, async (t) => {
    const { client } = open(t, await portOf())
    await client.exists('/')
    const lost = client.exists('/')
    client.drop()
    await t.throwsAsync(lost, { message: 'connection loss' })
    t.is((await client.exists('/')).err, 0)
  })

  test.serial(`SESSION-22: pings keep an idle session, on ${name}`, async (t) => {
    const { client, told } = open(t, await portOf(), 4000)
    await client.exists('/')
    await sleep(8000)
    t.deepEqual(told, [{ state: 'connected' }])
    t.is((await client.exists('/')).err, 0)
  })
}

test('SESSION-42: a refusal ends the client', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-client-page-'))
  const server = await startServer({ port: 0, dataDir })
  const { client, told } = open(t, server.port)
  await client.exists('/')
  await server.kill()
  rmSync(dataDir, { recursive: true, force: true })
  // On the same port, a service that has never heard of the session: it knows no write, so the client is ahead of it
  // until it has seen more writes than the client.
  const fresh = await startServer({ port: server.port, dataDir })
  t.teardown(async () => {
    await fresh.kill()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const { client: other } = open(t, fresh.port)
  t.is((await create(other, '/a')).err, 0)
  await until(() => client.state === 'expired')
  t.deepEqual(told, [{ state: 'connected' }, { state: 'connecting' }, { state: 'expired' }])
  await t.throwsAsync(client.exists('/'), { message: 'expired' })
})

test('WIRE-57: an identity that is refused ends the client', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-client-page-'))
  const server = await startServer({ port: 0, dataDir })
  t.teardown(async () => {
    await server.kill()
    rmSync(dataDir, { recursive: true, force: true })
  })
  const { client, told } = open(t, server.port)
  client.auth('nobody-knows', 'ann:secret')
  await until(() => client.state === 'auth failed')
  t.deepEqual(told, [{ state: 'connected' }, { state: 'auth failed' }])
})

const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-client-page-'))
const ours = startServer({ port: 0, dataDir })
test.after.always(async () => {
  await (await ours).stop()
  rmSync(dataDir, { recursive: true, force: true })
})
follows('zoospec', async () => (await ours).port)
if (hasApache) {
  const apache = startApache()
  test.after.always(async () => (await apache).stop())
  follows('Apache ZooKeeper', async () => (await apache).port)
} else test.skip('docs/writing-a-client.md: skipped on Apache ZooKeeper (Debian: zookeeper), which is not installed', () => {})
