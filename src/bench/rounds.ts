/**
 * The rounds: each with fresh processes on fresh folders, every load on one contender and then on the other, so that both
 * meet the same disk and the same neighbours.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectClient } from '../runtime/client-socket.js'
import { type Contender, type ContenderName, startContender, startEcho } from './contenders.js'
import { generate, type Measured, whileIdle } from './generate.js'
import { dataSize, type Load, root, startup } from './loads.js'
import { target } from './traffic.js'

export interface Plan {
  readonly contenders: readonly ContenderName[]
  readonly loads: readonly Load[]
  readonly rounds: number
  readonly warmUpMs: number
  readonly measureMs: number
  /** Generator processes; null: as many as the load needs not to be held up by them. */
  readonly processes: number | null
  /** 1, or the share of the idle sessions, watches and znodes that a quick run makes do with. */
  readonly scale: number
  readonly measures: { readonly memory: boolean; readonly startup: boolean }
  /** Told what is going on. */
  readonly progress: (line: string) => void
}

/** All that was measured: per contender, per load, a value a round. */
export interface Results {
  readonly loads: Map<string, Map<ContenderName, Measured[]>>
  /** Growth of resident memory by the idle sessions and watches, and what it was in all then; bytes. */
  readonly memory: Map<ContenderName, { growth: number; total: number }[]>
  /** Milliseconds. */
  readonly startup: Map<ContenderName, number[]>
  /** What the generator reaches against a responder that does nothing, by load. */
  readonly ceiling: Map<string, Measured>
}

const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]

export async function runRounds(plan: Plan): Promise<Results> {
  const results: Results = { loads: new Map(), memory: new Map(), startup: new Map(), ceiling: new Map() }
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-bench-'))
  try {
    await ceilings(plan, results)
    for (let round = 0; round < plan.rounds; round++) {
      await loadRound(plan, results, join(folder, `load-${round}`), round)
    }
    if (plan.measures.memory) {
      for (let round = 0; round < Math.min(3, plan.rounds); round++) {
        for (const name of plan.contenders)
          await memoryRound(plan, results, name, join(folder, `memory-${round}-${name}`))
      }
    }
    if (plan.measures.startup) await startups(plan, results, folder)
    return results
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** With one request at a time a generator works as hard as the server, and one process would be what is measured. */
function processesFor({ processes }: Plan, { outstanding }: Load): number {
  return processes ?? (outstanding === 1 ? 2 : 1)
}

/** What the generator can do. */
async function ceilings(plan: Plan, results: Results): Promise<void> {
  const echo = await startEcho()
  try {
    const shapes = new Map(plan.loads.map((load) => [`${load.connections}x${load.outstanding}`, load]))
    for (const [shape, load] of shapes) {
      const measured = await generate(
        echo.port,
        { ...load, request: 'exists' },
        {
          ...plan,
          processes: processesFor(plan, load),
          warmUpMs: Math.min(500, plan.warmUpMs),
          name: 'echo',
        },
      )
      results.ceiling.set(shape, measured)
      plan.progress(`generator against an echo, ${shape}: ${perSecond(measured.throughput)}`)
    }
  } finally {
    await echo.stop()
  }
}

async function withContender<T>(
  name: ContenderName,
  folder: string,
  use: (contender: Contender) => Promise<T>,
): Promise<T> {
  const contender = await startContender(name, folder)
  try {
    return await use(contender)
  } finally {
    await contender.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Makes the nodes that loads go to. */
export async function prepare(port: number): Promise<void> {
  const client = await connectClient({ port })
  const data = Buffer.alloc(dataSize, 'x')
  for (const path of [root, target]) {
    await client.request({ op: 'create', path, data, acl: open, flags: 0 })
  }
  await client.close()
}

function entries<K, V>(map: Map<K, V[]>, key: K): V[] {
  const found = map.get(key) ?? []
  map.set(key, found)
  return found
}

/**
 * Both run, one is loaded: each load goes to one and at once to the other, so that neighbours on the machine who come and
 * go meet both.
 */
async function loadRound(plan: Plan, results: Results, folder: string, round: number): Promise<void> {
  const running: Contender[] = []
  try {
    for (const name of plan.contenders) running.push(await startContender(name, join(folder, name)))
    for (const { port } of running) await prepare(port)
    // Whoever goes first finds the machine as the other left it: take turns at that too.
    if (round % 2 === 1) running.reverse()
    for (const load of plan.loads) {
      for (const { name, port } of running) {
        const measured = await generate(port, load, {
          ...plan,
          processes: processesFor(plan, load),
          name: load.name.replace(' ', '-'),
        })
        const byName = results.loads.get(load.name) ?? new Map<ContenderName, Measured[]>()
        results.loads.set(load.name, byName)
        entries(byName, name).push(measured)
        plan.progress(
          `round ${round + 1}/${plan.rounds}  ${load.name.padEnd(13)} ${name.padEnd(8)} ` +
            `${perSecond(measured.throughput).padStart(11)}  p50 ${measured.p50.toFixed(2)} ms  p99 ${measured.p99.toFixed(2)} ms` +
            (measured.generatorCpu > 0.95
              ? `  (generator busy ${(measured.generatorCpu * 100).toFixed(0)}%)`
              : ''),
        )
      }
    }
  } finally {
    await Promise.all(running.map((contender) => contender.stop()))
    rmSync(folder, { recursive: true, force: true })
  }
}

async function memoryRound(plan: Plan, results: Results, name: ContenderName, folder: string): Promise<void> {
  await withContender(name, folder, async (contender) => {
    await prepare(contender.port)
    const before = await contender.memory()
    const total = await whileIdle(contender.port, plan.scale, () => contender.memory())
    entries(results.memory, name).push({ growth: total - before, total })
    plan.progress(`memory  ${name.padEnd(8)} +${megabytes(total - before)} to ${megabytes(total)}`)
  })
}

/** One data directory, written by the first contender, opened by each from a copy of its own. */
async function startups(plan: Plan, results: Results, folder: string): Promise<void> {
  const written = join(folder, 'written')
  const znodes = Math.round(startup.znodes * plan.scale)
  const writer = await startContender(plan.contenders[0]!, written)
  try {
    await prepare(writer.port)
    await generate(
      writer.port,
      { request: 'create', connections: 16, outstanding: 32 },
      { processes: 1, warmUpMs: 0, measureMs: 0, requests: znodes, name: 'start' },
    )
  } finally {
    await writer.stop()
  }
  for (let round = 0; round < plan.rounds; round++) {
    for (const name of plan.contenders) {
      const copy = join(folder, `start-${round}-${name}`)
      cpSync(join(written, 'data'), join(copy, 'data'), { recursive: true })
      await withContender(name, copy, async ({ startMs, port }) => {
        await expectNodes(port, znodes)
        entries(results.startup, name).push(startMs)
        plan.progress(`start   ${name.padEnd(8)} ${startMs.toFixed(0)} ms to the first answer`)
      })
    }
  }
}

/** A start that has lost the data would be a fast one. */
async function expectNodes(port: number, least: number): Promise<void> {
  const client = await connectClient({ port })
  const { result } = await client.request({ op: 'getAllChildrenNumber', path: root })
  await client.close()
  const found = result?.op === 'getAllChildrenNumber' ? result.totalNumber : 0
  if (found < least) throw new Error(`a server started with ${found} of ${least} znodes`)
}

export function perSecond(throughput: number): string {
  return `${Math.round(throughput).toLocaleString('en-US')}/s`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
