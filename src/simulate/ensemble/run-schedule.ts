/** Runs a schedule: load and faults, then none of them, and what must hold at the end. */
import { isDeepStrictEqual } from 'node:util'
import type { Logger } from '../../platform/logger.js'
import { nodesOf } from '../../server/trace-start.js'
import { applyFault, healAll } from './apply-fault.js'
import type { Schedule } from './fault.js'
import { Violation } from './judge/violation.js'
import { SimulatedEnsemble } from './simulated-ensemble.js'
import type { SimulatedMember } from './simulated-member.js'

/** Milliseconds within which all servers serve and all clients are served, once nothing goes wrong any more. */
const recoveryBound = 90_000
/** Milliseconds of load after that. */
const afterLoad = 5000
/** Milliseconds in which the sessions of clients that are gone end. */
const expiryBound = 15_000

/** What came of a run. */
export interface RunResult {
  readonly violation: Violation | undefined
  /** Milliseconds of the simulation. */
  readonly time: number
  readonly events: number
  readonly commits: number
  readonly elections: number
  /** Requests that clients had answered. */
  readonly answers: number
  /** Reads that the spec judged, and those that it could not. */
  readonly judged: number
  readonly unjudged: number
  readonly expired: number
  /** From the end of the faults until everybody was served. */
  readonly recovery: number
  /** Which turns servers took while which faults were under way. */
  readonly reached: ReadonlySet<string>
}

export interface RunOptions {
  readonly logger?: (sid: bigint) => Logger
  /** Called now and then, with the simulation's time. */
  readonly progress?: (time: number) => void
}

export async function runSchedule(schedule: Schedule, options: RunOptions = {}): Promise<RunResult> {
  const ensemble = new SimulatedEnsemble(schedule, options.logger)
  const { queue } = ensemble
  ensemble.start()
  for (const { at, fault } of schedule.faults) queue.after(at, () => applyFault(ensemble, fault))
  for (let time = 0; time < schedule.duration && ensemble.violation === undefined;) {
    time = Math.min(schedule.duration, time + 10_000)
    await ensemble.runUntil(time)
    options.progress?.(time)
  }
  healAll(ensemble)
  const recovery = await recover(ensemble)
  await ensemble.runUntil(queue.now + afterLoad)
  const { expired } = ensemble.shared
  await settle(ensemble)
  ensemble.judge(() => {
    if (ensemble.shared.expired > expired)
      throw new Violation(
        'SERVICE-56',
        'a session was ended whose client was connected, and nothing went wrong',
      )
    compareTrees(ensemble)
  })
  const { shared, counts, violation } = ensemble
  return {
    violation,
    time: queue.now,
    events: queue.happened,
    ...{ commits: counts.commits, elections: counts.elections },
    answers: shared.answered,
    ...{ judged: shared.judged, unjudged: shared.unjudged },
    expired: shared.expired,
    recovery,
    reached: ensemble.reached.turns,
  }
}

/** Waits until all serve. @returns how long it took */
async function recover(ensemble: SimulatedEnsemble): Promise<number> {
  const { queue } = ensemble
  const begun = queue.now
  await untilServed(ensemble)
  // A server that accepted a later epoch from a leader that failed is taken along by the next one.
  for (let leader = leaderOf(ensemble); isAnyLeftOut(ensemble, leader); leader = leaderOf(ensemble)) {
    leader!.crash('kill')
    leader!.start()
    await untilServed(ensemble)
    if (queue.now - begun > 20 * recoveryBound) break
  }
  return queue.now - begun
}

async function untilServed(ensemble: SimulatedEnsemble): Promise<void> {
  const { queue, members, clients } = ensemble
  const begun = queue.now
  const isServed = () => {
    const leader = leaderOf(ensemble)
    return (
      leader !== undefined &&
      members.every((member) => member.server?.core !== undefined || isLeftOut(member, leader)) &&
      clients.every((client) => client.isReady)
    )
  }
  while (!isServed() && ensemble.violation === undefined) {
    if (queue.now - begun > recoveryBound)
      ensemble.judge(() => {
        const states = members.map(({ sid, server }) => `server ${sid} ${server?.mode ?? 'down'}`)
        const waiting = clients.filter((client) => !client.isReady).length
        throw new Violation(
          'BROADCAST-85',
          `${recoveryBound / 1000} s after the last fault: ${states.join(', ')}; ${waiting} clients not served`,
        )
      })
    await ensemble.runUntil(queue.now + 100)
  }
}

function leaderOf({ members }: SimulatedEnsemble): SimulatedMember | undefined {
  return members.find(({ server }) => server?.mode === 'leading')
}

/** The exception of BROADCAST-85. */
function isLeftOut({ server }: SimulatedMember, leader: SimulatedMember): boolean {
  return (
    server?.isStarted === true &&
    server.core === undefined &&
    server.epochs.accepted > leader.server!.epochs.current
  )
}

function isAnyLeftOut({ members }: SimulatedEnsemble, leader: SimulatedMember | undefined): boolean {
  return leader !== undefined && members.some((member) => isLeftOut(member, leader))
}

/** No more load; whoever is gone is forgotten. */
async function settle(ensemble: SimulatedEnsemble): Promise<void> {
  const { queue, clients } = ensemble
  for (const client of clients) client.rest()
  await ensemble.runUntil(queue.now + expiryBound)
}

/** All servers have what the spec has. */
function compareTrees(ensemble: SimulatedEnsemble): void {
  const { order, members, clients } = ensemble
  const expected = visible(order.state.tree)
  for (const { sid, server } of members) {
    if (server === undefined) throw new Violation('BROADCAST-85', `server ${sid} is down at the end`)
    const found = visible(new Map(nodesOf(server.tree) as never))
    for (const path of new Set([...expected.keys(), ...found.keys()]))
      if (!isDeepStrictEqual(expected.get(path), found.get(path)))
        throw new Violation(
          'BROADCAST-74',
          `server ${sid} ends with ${path} ${text(found.get(path))}, where the order of writes makes it ${text(expected.get(path))}`,
        )
  }
  const alive = new Set(clients.map(({ sessionId }) => sessionId))
  for (const session of order.state.sessions.keys())
    if (!alive.has(session))
      throw new Violation(
        'SERVICE-56',
        `session 0x${session.toString(16)} lives on ${expiryBound / 1000} s after its client was gone`,
      )
}

/** The tree as clients make it; of a server's own nodes each has its own times. */
function visible(tree: ReadonlyMap<string, unknown>): Map<string, unknown> {
  return new Map([...tree].filter(([path]) => !path.startsWith('/zookeeper') && path !== '/'))
}

function text(node: unknown): string {
  return node === undefined
    ? 'absent'
    : JSON.stringify(node, (_, value: unknown) =>
        typeof value === 'bigint' ? `0x${value.toString(16)}` : value,
      )
}
