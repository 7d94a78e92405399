/** The election as the checker takes it: a walk through the system by its own functions, and what it tells on the way. */
import test from 'ava'
import fc from 'fast-check'
import { patch } from '../../../spec/variants/patch.js'
import { defineVariant } from '../../../spec/variants/variant.js'
import { systems } from '../../../src/check/systems/systems-table.js'
import { check } from '../../../src/runtime/check/explore-space.js'
import type { ElectionLocal } from '../../../spec/election/process-state.js'
import type { BoundedElectionWorld } from '../../../src/check/systems/bounded-election.js'
import { majority } from '../../../spec/quorum/quorum.js'
import type { ElectionEvent } from '../../../spec/election/election-types.js'
import type { ToldMessage } from '../../../src/check/model/model.js'
import { electionSystem } from '../../../src/check/systems/election-system.js'

const fresh = { zxid: 0, peerEpoch: 0 }
const system = electionSystem({
  ensemble: { quorums: [majority([1, 2, 3])], observers: [4] },
  histories: [fresh, { zxid: 1, peerEpoch: 0 }, fresh, fresh],
  rounds: 3,
  crashes: 2,
  lapses: 2,
  epochs: 1,
  capacity: 2,
  repeats: true,
})

test('ELECTION-80 to ELECTION-86: hold along random walks with crashes, an observer and repeated notifications', (t) => {
  const told = new Set<string>()
  let settled = 0
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 20, maxLength: 120 }), (choices) => {
      let { locals, world }: { locals: readonly ElectionLocal[]; world: BoundedElectionWorld } =
        system.initial()
      const take = (process: number, event: ElectionEvent) => {
        const before = locals[process]!
        const step = system.step(process, before, event)
        if (step === null) return
        locals = locals.with(process, step.local)
        world = step.notes.reduce((now, note) => system.learn(now, process, note), world)
        const { text, messages = [] } = system.tell(process, before, event, step)
        if (text !== '') for (const { as } of messages) told.add(as satisfies ToldMessage['as'])
      }
      for (const choice of choices) {
        const views = locals.map((local, process) => system.view(process, local))
        if (views.some(({ value }) => value === 'leading')) settled++
        const own = locals.flatMap((local, process) =>
          system.events(process, local).map((event) => () => take(process, event)),
        )
        const whole = system.worldSteps(world, views).map(({ world: next, events }) => () => {
          world = next
          for (const { process, event } of events) take(process, event)
        })
        const all = [...own, ...whole]
        if (all.length === 0) return true
        all[choice % all.length]!()
        const { invariants } = system
        const broken = [
          ...invariants.world.map((each) => each.broken(world)),
          ...locals.flatMap((local, process) => [
            ...invariants.each.map((each) => each.broken({ process, local })),
            ...invariants.known.map((each) => each.broken({ process, local, world })),
            ...invariants.pair.flatMap((each) =>
              locals.slice(process + 1).map((second, b) => {
                return each.broken({ a: process, b: process + 1 + b, first: local, second })
              }),
            ),
          ]),
          ...invariants.all.map((each) => each.broken({ locals, world })),
        ].filter((each) => each !== null)
        if (broken.length > 0) throw new Error(broken.join('\n'))
      }
      return true
    }),
    { numRuns: 100 },
  )
  t.deepEqual([...told].sort(), ['sent', 'taken'])
  t.true(settled > 0)
})

test('what is under way is shown', (t) => {
  const { locals, world } = system.initial()
  t.deepEqual(system.processes, ['server 1', 'server 2', 'server 3', 'observer 4'])
  const [start] = system.worldSteps(
    world,
    locals.map((local, process) => system.view(process, local)),
  )
  t.is(start?.text, 'server 1 starts')
  const step = system.step(0, locals[0]!, start!.events[0]!.event)!
  const after = step.notes.reduce((now, note) => system.learn(now, 0, note), start!.world)
  t.is(system.showWorld(after), '1 to 2: looking (1, 0) in round 1; 1 to 3: looking (1, 0) in round 1')
  t.is(system.show(0, step.local), 'looking.collecting (1, 0) in round 1')
})

test('ELECTION-88: a notification that no rule speaks of is told', async (t) => {
  const deaf = patch({ states: { following: { on: { NOTIFICATION: { '#3': null } } } } })
  const variant = defineVariant({
    id: 'deaf',
    title: 'a follower has no rule for those that have settled',
    forbidden: ['ELECTION-37'],
    bounds: {},
    machines: { election: deaf },
  })
  const bounds = { servers: 2, rounds: 2, crashes: 1, lapses: 1, epochs: 1 }
  const election = systems.find(({ name }) => name === 'election')!
  const usual = Object.entries(election.bounds).map(([name, bound]) => [name, bound.default])
  const all = { ...Object.fromEntries(usual), ...bounds }
  const { violations } = await check(election.make(all, variant), {
    request: { model: 'election', bounds: all },
  })
  t.is(violations[0]?.violation.rule, 'ELECTION-88')
})
