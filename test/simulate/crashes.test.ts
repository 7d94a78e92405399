/**
 * A server on a simulated disk that crashes at any moment, start and snapshot and purge included, and comes back with what the
 * disk may have kept: every acknowledged write is there, and of the others a prefix (SERVICE-70).
 * `SIMULATED_CRASHES=1000` (npm run crash) tries more seeds; `SIMULATED_SEED=17` one.
 */
import test from 'ava'
import type { Client } from '../../src/client/client.js'
import { Random } from '../../src/random/random.js'
import type { CrashKind } from '../../src/simulate/simulated-file.js'
import { Simulation } from '../../src/simulate/simulation.js'
import type { Server } from '../../src/server/server.js'
import { StorageError } from '../../src/storage/errors.js'

const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const only = process.env['SIMULATED_SEED']
const seeds =
  only === undefined
    ? Array.from({ length: Number(process.env['SIMULATED_CRASHES'] ?? 60) }, (_, seed) => seed)
    : [Number(only)]
const timeout = 60_000 + 2000 * seeds.length
const config = { snapCount: 20, preAllocSizeInKb: 4, purgeInterval: 1, containerCheckIntervalMs: 1e9 }

/** What one run wrote: its n-th write creates `/<run>-<n>`. */
interface Run {
  readonly name: string
  sent: number
  acknowledged: number
}

class CrashTest {
  readonly runs: Run[] = []
  crashes = 0
  private readonly random: Random
  private readonly simulation: Simulation

  constructor(
    seed: number,
    private readonly kind: CrashKind,
    private readonly isDiskFailing = false,
  ) {
    this.random = new Random(seed)
    const more = this.random.part() < 0.5 ? { txnLogSizeLimitInKb: 2 } : {}
    this.simulation = new Simulation(new Random(seed, 1), { ...config, ...more })
  }

  /** Crashes a server again and again; gives what is wrong with what it came back with. */
  async run(): Promise<string[]> {
    for (let round = 0; round < 5; round++) {
      const server = await this.startOrCrash()
      if (server === undefined) continue
      const wrong = this.lost(server)
      if (wrong.length > 0) return wrong
      if (this.isDiskFailing) this.failOnce()
      await this.write(round)
      await this.simulation.crash(this.kind)
      this.crashes++
    }
    return this.lost(await this.simulation.start())
  }

  /** A start may be cut short by a crash too. */
  private async startOrCrash(): Promise<Server | undefined> {
    if (this.random.part() < 0.8) return this.simulation.start()
    let isStarted = false
    const start = this.simulation.start().then(
      () => void (isStarted = true),
      () => {},
    )
    for (let steps = Math.floor(this.random.part() * 10); steps > 0 && !isStarted; steps--) {
      await this.simulation.step()
    }
    await this.simulation.crash(this.kind)
    this.crashes++
    void start
    return undefined
  }

  /** One of the disk's next operations fails, and all that follow: the disk is full, or broken. */
  private failOnce(): void {
    let left = Math.floor(this.random.part() * 150)
    this.simulation.disk.fault = (operation, path) => {
      if (--left < 0) throw new Error(`EIO: ${operation} ${path}`)
    }
  }

  private async write(round: number): Promise<void> {
    const client = this.simulation.connect()
    const run = { name: `r${round}`, sent: 0, acknowledged: 0 }
    this.runs.push(run)
    void client.greet({ timeOut: 40_000 })
    const steps = 20 + Math.floor(this.random.part() * 400)
    for (let step = 0; step < steps; step++) {
      if (this.random.part() < 0.3) this.send(client, run)
      await this.simulation.step()
    }
  }

  private send(client: Client, run: Run): void {
    const number = run.sent++
    const data = Buffer.alloc(Math.floor(this.random.part() * 900), 1)
    const request = { op: 'create', path: `/${run.name}-${number}`, data, acl: open, flags: 0 } as const
    void client.request(request).then(
      ({ err }) => {
        if (err === 0) run.acknowledged = number + 1
      },
      () => {},
    )
  }

  private lost(server: Server): string[] {
    const { tree } = server.core.state
    return this.runs.flatMap(({ name, sent, acknowledged }) => {
      const isThere = Array.from(
        { length: sent },
        (_, number) => tree.get(`/${name}-${number}`) !== undefined,
      )
      const first = isThere.indexOf(false)
      const found = first === -1 ? sent : first
      if (found < acknowledged) return [`${name}: ${acknowledged} acknowledged, ${found} found`]
      // From now on these are shown to everyone.
      const run = this.runs.find((each) => each.name === name)!
      run.acknowledged = found
      return isThere.slice(found).includes(true) ? [`${name}: no prefix`] : []
    })
  }
}

test('SERVICE-70: whatever a crash leaves of what was not synced, a server starts, and has what it acknowledged', async (t) => {
  t.timeout(timeout)
  let acknowledged = 0
  let crashes = 0
  for (const seed of seeds) {
    const crashing = new CrashTest(seed, 'ordered')
    t.deepEqual(await crashing.run(), [], `seed ${seed}`)
    for (const run of crashing.runs) acknowledged += run.acknowledged
    crashes += crashing.crashes
  }
  t.log(`${seeds.length} seeds, ${crashes} crashes, ${acknowledged} writes acknowledged`)
  t.true(acknowledged > seeds.length * 10)
})

test('SERVICE-70: a disk that writes back in any order may have a server refuse to start, never lose a write in silence', async (t) => {
  t.timeout(timeout)
  let refused = 0
  for (const seed of seeds) {
    const crashing = new CrashTest(seed, 'scattered')
    const wrong = await crashing.run().catch((error: unknown) => {
      if (!(error instanceof StorageError)) throw error
      refused++
      return []
    })
    t.deepEqual(wrong, [], `seed ${seed}`)
  }
  t.log(`${seeds.length} seeds, ${refused} of them refused`)
  t.true(refused < seeds.length)
})

test('SERVICE-26, SERVICE-70: a disk that fails stops the server, and what it acknowledged before is there', async (t) => {
  t.timeout(timeout)
  for (const seed of seeds) {
    const crashing = new CrashTest(seed, 'ordered', true)
    t.deepEqual(await crashing.run(), [], `seed ${seed}`)
  }
})
