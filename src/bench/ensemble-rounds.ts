/** `npm run bench -- ensemble`: three servers of Apache's, then three of ours, the same loads, in turn. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectClient } from '../runtime/client-socket.js'
import type { ContenderName } from './contenders.js'
import { EnsembleContender, pause } from './ensemble-contender.js'
import { generate, type Measured } from './generate.js'
import { median } from './histogram.js'
import { behind, ensembleTargets } from './loads.js'
import { loadRows, type Row, row } from './report.js'
import { megabytes, perSecond, type Plan, prepare } from './rounds.js'
import { target } from './traffic.js'

/** A contender's values, one a round. */
interface Values {
  /** Milliseconds from the leader's end to the first write that is served again. */
  readonly failover: number[]
  /** Milliseconds from a follower's start until it has all that it missed. */
  readonly catchUp: number[]
  /** Bytes of a server, the median of three. */
  readonly memory: number[]
}

export async function benchEnsembles(plan: Plan): Promise<Row[]> {
  const loads = new Map<string, Map<ContenderName, Measured[]>>()
  const others = new Map<ContenderName, Values>(
    plan.contenders.map((name) => [name, { failover: [], catchUp: [], memory: [] }]),
  )
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-bench-'))
  try {
    for (let round = 0; round < plan.rounds; round++)
      for (const name of plan.contenders)
        await oneRound(plan, round, name, join(folder, `${round}-${name}`), loads, others.get(name)!)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const of = (name: ContenderName, values: keyof Values) => others.get(name)?.[values]
  const line = (text: string, unit: Row['unit'], values: keyof Values) =>
    row(text, unit, of('apache', values), of('zoospec', values), ensembleTargets[values])
  const behindText = Math.round(behind * plan.scale).toLocaleString('en-US')
  return [
    ...plan.loads.flatMap((load) => loadRows(load, { loads })),
    line('leader killed to first write', 'ms', 'failover'),
    line(`follower ${behindText} behind caught up`, 'ms', 'catchUp'),
    line('memory of a server after the loads', 'bytes', 'memory'),
  ]
}

async function oneRound(
  plan: Plan,
  round: number,
  name: ContenderName,
  folder: string,
  loads: Map<string, Map<ContenderName, Measured[]>>,
  values: Values,
): Promise<void> {
  const servers = await EnsembleContender.start(name, folder)
  const say = (what: string, figure: string) =>
    plan.progress(`round ${round + 1}/${plan.rounds}  ${what.padEnd(22)} ${name.padEnd(8)} ${figure}`)
  try {
    await prepare(servers.portOf(await servers.leader()))
    await pause(500)
    for (const load of plan.loads) {
      const measured = await generate(servers.ports, load, {
        ...plan,
        processes: plan.processes ?? 1,
        name: `${load.request}-${round}`,
      })
      const byName = loads.get(load.name) ?? new Map<ContenderName, Measured[]>()
      loads.set(load.name, byName.set(name, [...(byName.get(name) ?? []), measured]))
      const { throughput, p50, p99 } = measured
      say(load.name, `${perSecond(throughput)}  p50 ${p50.toFixed(2)} ms  p99 ${p99.toFixed(2)} ms`)
    }
    const resident = median(await servers.memory())
    values.memory.push(resident)
    say('memory', megabytes(resident))
    values.catchUp.push(await catchUp(servers, Math.round(behind * plan.scale), round))
    say('follower caught up', `${values.catchUp.at(-1)!.toFixed(0)} ms`)
    values.failover.push(await failover(servers))
    say('leader killed', `${values.failover.at(-1)!.toFixed(0)} ms`)
  } finally {
    await servers.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A follower misses so many writes, and comes back. */
async function catchUp(servers: EnsembleContender, requests: number, round: number): Promise<number> {
  const leader = await servers.leader()
  const follower = servers.sids.find((sid) => sid !== leader)!
  await servers.endServer(follower, false)
  await generate(
    servers.portOf(leader),
    { request: 'setData', connections: 16, outstanding: 32 },
    { processes: 1, warmUpMs: 0, measureMs: 0, requests, name: `behind-${round}` },
  )
  const began = performance.now()
  servers.startServer(follower)
  await servers.caughtUp(follower, leader)
  return performance.now() - began
}

/** The leader is killed; a client with every address writes as soon as it can. */
async function failover(servers: EnsembleContender): Promise<number> {
  const leader = await servers.leader()
  const others = servers.sids.filter((sid) => sid !== leader).map((sid) => servers.portOf(sid))
  const first = await connectClient({ port: others[0]!, timeOut: 20_000 })
  const { sessionId, passwd } = first
  const session = { sessionId, passwd, timeOut: 20_000 }
  await pause(1000)
  await servers.endServer(leader, true)
  const began = performance.now()
  for (let turn = 0; performance.now() - began < 60_000; turn++) {
    const client = await connectClient({ port: others[turn % others.length]!, ...session }).catch(
      () => undefined,
    )
    const reply = await client
      ?.request({ op: 'setData', path: target, data: Buffer.from('again'), version: -1 })
      .catch(() => undefined)
    client?.destroy()
    if (reply?.err === 0) return performance.now() - began
    await pause(10)
  }
  throw new Error(`${servers.name}: no write was served in a minute after its leader was killed`)
}
