/**
 * Everything near the start, and every transition: shortest paths through the service's machine and the scenarios are driven
 * through a real server, side by side with the spec; what of the machine they reach is counted. A transition that a server
 * can't be made to take at will is listed with the reason, and is taken on the spec alone.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { passwordOf } from '../../spec/session/password.js'
import type { ServiceEvent } from '../../spec/service/service-events.js'
import { service } from '../../spec/service/standard-service.js'
import { defaultSettings } from '../../src/conform/check-trace.js'
import { Coverage, transitionsOf } from '../../src/conform/rule-coverage.js'
import { parseRequest } from '../../src/scenario/scenario-command.js'
import { parseScenario } from '../../src/scenario/scenario-file.js'
import { clientScenarioFolders } from '../support/scenario-folders.js'
import { shortestPaths } from './paths.js'
import { sideBySide } from './side-by-side.js'

/** How many of the paths are driven; all of them with COMPARE_PATHS=1000. */
const most = Number(process.env.COMPARE_PATHS ?? 100)

/** Transitions that side-by-side runs don't reach, and why. */
const beyond: Readonly<Record<string, string>> = {
  'abandon:abandon:SERVICE-55': 'a server forgets what a lost connection asked without telling anyone',
  'serve:serveLapsed:SERVICE-58':
    'a request would have to arrive between the decision to expire its session and the end of the write to disk',
  'reap:reap:SERVICE-61':
    'a child would have to be created between the decision to reap and its place in the order',
}

const coverage = new Coverage()

test.serial(
  'SERVICE-22, SERVICE-51, SERVICE-57: shortest paths through the machine, on server and spec',
  async (t) => {
    t.timeout(300_000)
    const paths = shortestPaths(most)
    t.true(paths.length >= Math.min(most, 500))
    for (const blocks of paths) {
      const { difference } = await sideBySide(blocks, coverage)
      t.is(difference, undefined)
    }
    t.log(`${paths.length} paths`)
  },
)

test.serial('SERVICE-34, SERVICE-52, SERVICE-60: every scenario, on server and spec', async (t) => {
  t.timeout(300_000)
  for (const { folder } of clientScenarioFolders()) {
    for (const file of readdirSync(folder)) {
      const { blocks } = parseScenario(readFileSync(join(folder, file), 'utf8'))
      const { difference } = await sideBySide(
        blocks.map(({ commands }) => commands),
        coverage,
      )
      t.is(difference, undefined, file)
    }
  }
})

test.serial('every transition of the service is reached side by side, or listed with a reason', (t) => {
  const missed = transitionsOf(service.machine).filter((name) => !coverage.transitions.has(name))
  t.deepEqual(missed.sort(), Object.keys(beyond).sort())
  t.log(coverage.summary(service.machine))
})

test.serial('SERVICE-55, SERVICE-58, SERVICE-61: the transitions beyond reach are taken on the spec', (t) => {
  const alone = new Coverage()
  let state = service.initial(defaultSettings, { now: 1 })
  const grant = { sessionId: 5n, passwd: passwordOf(5n) }
  const hello = {
    protocolVersion: 0,
    lastZxidSeen: 0n,
    timeOut: 4000,
    sessionId: 0n,
    passwd: new Uint8Array(16),
  }
  const ask = (connection: number, text: string): ServiceEvent => ({
    type: 'request',
    connection,
    xid: 1,
    request: parseRequest(text),
    now: 1,
  })
  const take = (event: ServiceEvent) => {
    const step = service.step(state, event)
    t.true(step.ok, step.ok ? '' : step.why)
    if (!step.ok) return step
    alone.record(step)
    state = step.state
    return step
  }

  take({ type: 'connect', connection: 1, request: hello, address: '127.0.0.1', grant, now: 1 })
  take({ type: 'giveUp', session: 5n, now: 9000 })
  take(ask(1, 'create /a'))
  take(ask(1, 'getData /a'))
  const lapsed = take({ type: 'serve', connection: 1, now: 9000 })
  t.is(lapsed.ok && lapsed.outputs[0]?.type === 'reply' ? lapsed.outputs[0].reply.err : 0, -112)
  t.is(state.zxid, 2n) // a write takes its zxid even so
  take({ type: 'disconnect', connection: 1, now: 9000 })
  take({ type: 'abandon', connection: 1, now: 9000 })
  t.is(service.step(state, { type: 'abandon', connection: 1, now: 9000 }).ok, false)
  const before = state.tree
  take({ type: 'reap', path: '/nothing', now: 9000 })
  t.is(state.tree, before)
  t.is(state.zxid, 3n)
  t.deepEqual(
    Object.keys(beyond).filter((name) => !alone.transitions.has(name)),
    [],
  )
})
