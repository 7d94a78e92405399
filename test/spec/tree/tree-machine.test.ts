/** The tree's machine and its model decide alike, every check is reached, and the invariants hold and can fail. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { initialTransition, transition } from 'xstate'
import { treeInvariants, treeStepInvariants } from '../../../spec/tree/tree-invariants.js'
import { treeMachine } from '../../../spec/tree/tree-machine.js'
import { closeSession, emptyTree, evaluate } from '../../../spec/tree/tree-model.js'
import type { Evaluation, Reaping, Requester, Settings, Tree } from '../../../spec/tree/tree-types.js'
import type { Request } from '../../../spec/vocabulary/index.js'
import { furnisher, furniture, walk } from '../../support/tree-walks.js'
import { allTransitions, chartOf } from '../../../src/diagram/chart.js'

/** The tree that every walk starts from. */
function furnished(rules: Settings): Tree {
  return furniture.reduce((tree, asked, index) => {
    const after = evaluate(tree, asked, furnisher, { zxid: BigInt(index + 1), now: index }, rules)
    assert.equal(after.err, 0)
    return after.tree
  }, emptyTree())
}

/** What the machine makes of a request. */
function decide(
  tree: Tree,
  asked: Request | Reaping,
  who: Requester,
  at: { zxid: bigint; now: number },
  rules: Settings,
) {
  const [start] = initialTransition(treeMachine)
  const [end] = transition(treeMachine, start, {
    type: 'REQUEST',
    asked: { tree, request: asked, by: who, at, settings: rules },
  })
  assert.equal(end.status, 'done')
  return end.context.outcome
}

/** Runs a walk; tells of each request. */
function run(
  [rules, requests]: [Settings, [Requester, Request | Reaping][]],
  tell: (
    before: Tree,
    after: Evaluation,
    at: { zxid: bigint; now: number },
    who: Requester,
    asked: Request | Reaping,
  ) => void,
): Tree {
  let tree = furnished(rules)
  requests.forEach(([who, asked], index) => {
    const at = { zxid: BigInt(index + 100), now: 1000 + index }
    const after = evaluate(tree, asked, who, at, rules)
    tell(tree, after, at, who, asked)
    tree = after.tree
  })
  return tree
}

test('TREE-30 to TREE-88: machine and model decide alike, by the same rule', (t) => {
  fc.assert(
    fc.property(walk, (steps) => {
      run(steps, (before, { err, rule }, at, who, asked) =>
        assert.deepEqual(decide(before, asked, who, at, steps[0]), { err, rule }),
      )
    }),
    { numRuns: 150 },
  )
  t.pass()
})

test('every check refuses something, and every request is granted once', (t) => {
  const reached = new Set<string>()
  for (const steps of fc.sample(walk, { seed: 7, numRuns: 1500 })) {
    run(steps, (_, { err, rule }) => reached.add(`${rule} ${err === 0 ? 'granted' : 'refused'}`))
  }
  const ends = allTransitions(chartOf(treeMachine)).filter(
    ({ target }) => target === 'granted' || target === 'refused',
  )
  const all = new Set(ends.map(({ rules, target }) => `${rules[0]!} ${target!}`))
  t.deepEqual(
    [...all].filter((each) => !reached.has(each)),
    [],
  )
  t.true(all.size > 40)
})

test('the invariants hold after every request, and after a session has ended', (t) => {
  fc.assert(
    fc.property(walk, ([rules, requests]) => {
      const tree = run([rules, requests], (before, after, at) => {
        for (const { rule, name, broken } of treeInvariants)
          assert.equal(broken(after.tree, rules), null, `${rule}: ${name}`)
        for (const { rule, name, broken } of treeStepInvariants)
          assert.equal(broken(before, after, at), null, `${rule}: ${name}`)
      })
      const after = closeSession(tree, 1n, { zxid: 999n, now: 5000 }, rules)
      for (const { rule, name, broken } of treeInvariants)
        assert.equal(broken(after.tree, rules), null, `${rule}: ${name}`)
    }),
    { numRuns: 100 },
  )
  t.pass()
})

const at = { zxid: 9n, now: 900 }
const node = emptyTree().get('/')!
const made = { ...node, czxid: 9n, mzxid: 9n, pzxid: 9n, ctime: 900, mtime: 900 }
const withNode = (where: string, what = made) => new Map(emptyTree()).set(where, what)

test('each invariant of a tree can fail', (t) => {
  const without = new Map(emptyTree())
  without.delete('/zookeeper/quota')
  const broken: Record<string, Tree> = {
    'TREE-10': withNode('/a/'),
    'TREE-12': withNode('/a/b'),
    'TREE-13': without,
    'TREE-20': withNode('/a', { ...made, mzxid: 8n }),
    'TREE-22': withNode('/a'),
    'TREE-39': new Map(withNode('/a', { ...made, ephemeralOwner: 1n })).set('/a/b', made),
  }
  for (const { rule, broken: findingOf } of treeInvariants) {
    t.is(findingOf(emptyTree(), { extendedTypes: false }), null, rule)
    t.not(findingOf(broken[rule]!, { extendedTypes: false }), null, rule)
  }
})

test('each invariant of a step can fail', (t) => {
  const result = (tree: Tree, err = 0): Evaluation => ({ tree, err, changes: [], rule: 'none' })
  const broken: Record<string, Evaluation> = {
    'SERVICE-21': result(withNode('/a'), -110),
    'TREE-21': result(withNode('/a', { ...made, czxid: 8n })),
    'TREE-41': result(withNode('/a')),
    'TREE-61': result(withNode('/a', { ...made, acl: [] })),
  }
  const before = emptyTree()
  for (const { rule, broken: findingOf } of treeStepInvariants) {
    t.is(findingOf(before, result(before), at), null, rule)
    t.not(findingOf(before, broken[rule]!, at), null, rule)
  }
})
