/** Where the two worlds meet: what an ensemble commits is a history that the abstract service allows. */
import test from 'ava'
import type { Txn } from '../../../spec/broadcast/broadcast-types.js'
import { counterOf, epochOf } from '../../../spec/broadcast/zxid.js'
import { isServing } from '../../../spec/ensemble/ensemble-invariants.js'
import type { Tree } from '../../../spec/tree/tree-types.js'
import type { Service } from '../../../spec/service/service-state.js'
import { service } from '../../../spec/service/standard-service.js'
import { passwordOf } from '../../../spec/session/password.js'
import { networkModel } from '../../../src/check/spaces/network-model.js'
import { ensemble } from '../../../src/check/systems/ensemble-system.js'
import { defaultSettings } from '../../../src/conform/check-trace.js'
import { Random } from '../../../src/random/random.js'

const now = 1_700_000_000_000

function must(state: Service, event: Parameters<typeof service.step>[1]): Service {
  const step = service.step(state, event)
  if (!step.ok) throw new Error(`${step.rule}: ${step.why}`)
  return step.state
}

/** A service with one client, which is about to write. */
function withClient(): Service {
  const request = {
    protocolVersion: 0,
    lastZxidSeen: 0n,
    timeOut: 4000,
    sessionId: 0n,
    passwd: new Uint8Array(16),
  }
  const grant = { sessionId: 7n, passwd: passwordOf(7n) }
  const connect = { type: 'connect', connection: 1, request, address: '127.0.0.1', grant, now } as const
  return must(service.initial(defaultSettings), connect)
}

/** The trees that the service has after each write, the first before any: each write's name tells which came before it. */
function treesAfter(writes: readonly Txn[]): readonly Tree[] {
  let state = withClient()
  const trees = [state.tree]
  for (const { request: number } of writes) {
    const path = `/write-${number}-`
    const acl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
    const request = { op: 'create', path, data: new Uint8Array([number]), acl, flags: 2 } as const
    state = must(state, { type: 'request', connection: 1, xid: number, request: request as never, now })
    state = must(state, { type: 'serve', connection: 1, now })
    trees.push(state.tree)
  }
  return trees
}

const namesIn = (tree: Tree): readonly string[] =>
  [...tree.keys()].filter((path) => path.startsWith('/write-')).sort()

test('ENSEMBLE-10, ENSEMBLE-11: what is committed, in its order, is a history of the service, and each server serves a state of it', (t) => {
  const model = networkModel(
    ensemble({ history: 1, epochs: 4, transactions: 4, crashes: 3, partitions: 1, symmetry: false }),
  )
  const random = new Random(23)
  let served = 0
  for (let walk = 0; walk < 40; walk++) {
    let state = model.initial()[0]!
    for (let step = 0; step < 120; step++) {
      const actions = model.actions(state)
      if (actions.length === 0) break
      state = model.next(state, actions[random.below(actions.length)]!)
    }
    const { committed } = state.world
    // SERVICE-20: within an epoch zxids go up by one, from 1; epochs go up.
    committed.forEach(({ zxid }, at) => {
      const before = committed[at - 1]?.zxid ?? 0
      t.true(epochOf(zxid) > epochOf(before) ? counterOf(zxid) === 1 : zxid === before + 1)
    })
    const trees = treesAfter(committed).map(namesIn)
    for (const server of state.locals.filter(isServing)) {
      const { txns } = server.peer.database
      t.deepEqual(namesIn(treesAfter(txns).at(-1)!), trees[txns.length])
      served += txns.length
    }
  }
  t.true(served > 30, `${served} writes were looked at`)
})
