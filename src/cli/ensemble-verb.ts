/** `zoospec ensemble`: servers on loopback, each a process of its own, and who of them leads. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { LocalEnsemble, type MemberMode } from '../runtime/local-ensemble.js'
import { ensembleFlags, ensembleHelp } from './ensemble-help.js'
import { type Output, terminal } from './output.js'
import { parseArguments, UsageError } from './usage.js'

const most = 9

export async function ensemble(args: readonly string[], output: Output = terminal()): Promise<number> {
  const { positional, flags } = parseArguments(args, ensembleFlags, 1, ensembleHelp)
  const size = whole(positional[0] ?? '3', 'N', 1, most)
  const clientPort = whole(String(flags.get('client-port') ?? 2181), '--client-port', 1, 65_535 - size)
  const tickTime = whole(String(flags.get('tick-time') ?? 1000), '--tick-time', 10, 60_000)
  const killEvery = millisecondsOf(flags.get('kill-leader-every'))
  const given = flags.get('data-dir')
  const folder = typeof given === 'string' ? resolve(given) : mkdtempSync(join(tmpdir(), 'zoospec-ensemble-'))
  const servers = await LocalEnsemble.make({ size, clientPort, tickTime, folder })
  try {
    return await run(servers, killEvery, output)
  } finally {
    await servers.stop()
    if (given === undefined) rmSync(folder, { recursive: true, force: true })
  }
}

async function run(servers: LocalEnsemble, killEvery: number | undefined, output: Output): Promise<number> {
  const say = (text: string) => output.write(`${new Date().toTimeString().slice(0, 8)}  ${text}\n`)
  let isAsked = false
  const asked = new Promise<void>((stop) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => {
        isAsked = true
        stop()
      })
  })
  for (const { sid, clientPort, folder } of servers.members)
    say(`server ${sid} starts: clients on 127.0.0.1:${clientPort}, data in ${folder}`)
  servers.startAll((sid, why) => say(`server ${sid} has ended: ${why}`))
  say(`connect to ${servers.connectString}; Ctrl-C ends all`)
  const killing = killEvery === undefined ? undefined : killLeaders(servers, killEvery, say, () => isAsked)
  let told = ''
  while (!isAsked) {
    const now = describe(await servers.modes())
    if (now !== told) say(now)
    told = now
    await Promise.race([asked, wait(200)])
  }
  await killing
  say('all are asked to stop')
  return 0
}

/** Kills the leader as a crash would, and brings it back. */
async function killLeaders(
  servers: LocalEnsemble,
  every: number,
  say: (text: string) => void,
  isOver: () => boolean,
): Promise<void> {
  for (let left = every; !isOver(); left -= 100) {
    await wait(100)
    if (left > 0) continue
    left = every
    const leader = (await servers.modes()).find(({ mode }) => mode === 'leader')
    if (leader === undefined || isOver()) continue
    say(`server ${leader.sid} is killed`)
    await servers.kill(leader.sid)
    await wait(every / 3)
    if (isOver()) return
    say(`server ${leader.sid} starts again`)
    servers.start(leader.sid)
  }
}

/** Who does what, in a line. */
function describe(modes: readonly MemberMode[]): string {
  const of = (wanted: string) => modes.filter(({ mode }) => mode === wanted).map(({ sid }) => sid)
  const [leader] = modes.filter(({ mode }) => mode === 'leader')
  const without = modes.filter(({ mode }) => mode === undefined).map(({ sid }) => sid)
  const parts = [
    leader === undefined ? 'no leader' : `server ${leader.sid} leads, epoch ${leader.epoch}`,
    ...(of('follower').length > 0
      ? [`${of('follower').join(', ')} follow${of('follower').length > 1 ? '' : 's'}`]
      : []),
    ...(without.length > 0 && leader !== undefined ? [`${without.join(', ')} without a leader`] : []),
  ]
  return parts.join('; ')
}

function whole(text: string, name: string, least: number, atMost: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= least && value <= atMost) return value
  throw new UsageError(`${name} is "${text}"; expected a whole number of ${least} to ${atMost}`, ensembleHelp)
}

function millisecondsOf(text: string | true | undefined): number | undefined {
  if (text === undefined) return undefined
  const [, number, unit] = /^(\d+)(ms|s|m)$/.exec(String(text)) ?? []
  const factor = unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000
  const value = Number(number) * factor
  if (value >= 1000) return value
  throw new UsageError(
    `--kill-leader-every is "${String(text)}"; expected a time of 1s or more, such as 10s`,
    ensembleHelp,
  )
}

function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}
