/**
 * A server in a process of its own, under load, killed with SIGKILL at random moments and started again on the same folder:
 * every write that was acknowledged is there. `CRASH_ROUNDS=50` (npm run crash) makes it many rounds; CRASH_SEED repeats one.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test from 'ava'
import type { Client } from '../../src/client/client.js'
import { Random } from '../../src/random/random.js'
import { connectClient } from '../../src/runtime/client-socket.js'

const rounds = Number(process.env['CRASH_ROUNDS'] ?? 4)
const seed = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000)
const acl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const outstanding = 40

async function start(file: string): Promise<{ child: ChildProcess; port: number }> {
  const args = [resolve('dist/src/cli/main.js'), 'serve', file, '--client-port', '0']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  const port = await new Promise<number>((found, fail) => {
    child.stdout.on('data', (bytes: Buffer) => {
      text += bytes.toString()
      const serving = /"port":(\d+).*"msg":"serving"/.exec(text)
      if (serving !== null) found(Number(serving[1]))
    })
    child.on('close', () => fail(new Error(`the server did not start:\n${text}`)))
  })
  return { child, port }
}

/** Writes without pause until the connection is gone; tells of each write that was acknowledged. */
async function load(client: Client, round: number, acknowledged: Map<string, string>): Promise<void> {
  const lane = async (number: number) => {
    for (let turn = 0; ; turn++) {
      const path = `/r${round}-${number}-${turn >> 1}`
      const value = `${round}.${turn}`
      const data = Buffer.from(value)
      const reply =
        turn % 2 === 0
          ? await client.request({ op: 'create', path, data, acl, flags: 0 })
          : await client.request({ op: 'setData', path, data, version: -1 })
      if (reply.err !== 0) throw new Error(`${path}: error ${reply.err}`)
      acknowledged.set(path, value)
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: outstanding }, (_, number) => lane(number)))
  for (const { reason } of lanes as PromiseRejectedResult[]) {
    if (/: error /.test(String(reason))) throw reason
  }
}

/** What acknowledged writes lack: the path is gone, or has neither the value nor the one that was on its way. */
async function missing(port: number, acknowledged: ReadonlyMap<string, string>): Promise<string[]> {
  const client = await connectClient({ port })
  const lost: string[] = []
  const checks = [...acknowledged].map(async ([path, value]) => {
    const { result } = await client.request({ op: 'getData', path, watch: false })
    const found = result?.op === 'getData' ? Buffer.from(result.data ?? []).toString() : undefined
    const [round, turn] = value.split('.').map(Number) as [number, number]
    if (found !== value && found !== `${round}.${turn + 1}`) lost.push(`${path}: ${value}, found ${found}`)
  })
  await Promise.all(checks)
  await client.close()
  return lost
}

test(`killed at random moments, ${rounds} times, a server keeps every acknowledged write (seed ${seed})`, async (t) => {
  t.timeout(20_000 * (rounds + 1))
  const random = new Random(seed)
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-crash-'))
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }))
  const file = join(dataDir, 'zoo.cfg')
  // Snapshots and purges happen under load too.
  writeFileSync(file, `dataDir=${dataDir}\nclientPortAddress=127.0.0.1\nsnapCount=500\npreAllocSize=256\n`)
  const acknowledged = new Map<string, string>()
  for (let round = 0; round < rounds; round++) {
    const { child, port } = await start(file)
    t.teardown(() => void child.kill('SIGKILL'))
    const ended = new Promise((done) => child.on('close', done))
    const before = acknowledged.size
    const client = await connectClient({ port })
    const writing = load(client, round, acknowledged)
    // However busy the machine is: at least one write first.
    while (acknowledged.size === before) await new Promise((wake) => setTimeout(wake, 5))
    await new Promise((wake) => setTimeout(wake, random.part() * 250))
    child.kill('SIGKILL')
    await writing
    await ended
  }
  const { child, port } = await start(file)
  t.deepEqual(await missing(port, acknowledged), [])
  const ended = new Promise<number | null>((done) => child.on('close', done))
  child.kill('SIGTERM')
  t.is(await ended, 0)
})
