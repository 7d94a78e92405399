/** The tree's machine and its model decide alike, every check is reached, and the invariants hold and can fail. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { initialTransition, transition } from 'xstate'
import { treeInvariants, treeStepInvariants } from '../../../spec/tree/invariants.js'
import { treeMachine } from '../../../spec/tree/machine.js'
import { closeSession, emptyTree, evaluate } from '../../../spec/tree/model.js'
import type { Evaluation, Requester, Settings, Tree } from '../../../spec/tree/types.js'
import type { Acl, MultiOp, Request } from '../../../spec/vocabulary/index.js'
import { allTransitions, chartOf } from '../../../src/diagram/chart.js'

const bytes = (text: string) => new TextEncoder().encode(text)
const open: Acl = { perms: 31, id: { scheme: 'world', id: 'anyone' } }
const readOnly: Acl = { perms: 1, id: { scheme: 'world', id: 'anyone' } }
const ofAlice: Acl = { perms: 31, id: { scheme: 'digest', id: 'alice:x' } }
const alice = { scheme: 'digest', id: 'alice:x' }

const settings = fc.record({
  extendedTypes: fc.boolean(),
  enforceQuota: fc.boolean(),
  skipAcl: fc.constant(false),
  superDigest: fc.constant(null),
  tickTime: fc.constant(100),
  minSessionTimeout: fc.constant(200),
  maxSessionTimeout: fc.constant(2000),
})
const by: fc.Arbitrary<Requester> = fc.record({
  sessionId: fc.constantFrom(1n, 2n),
  identities: fc.constantFrom([{ scheme: 'ip', id: '10.0.0.1' }], [{ scheme: 'ip', id: '10.0.0.1' }, alice]),
})
const quota = '/zookeeper/quota/q'
const path = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('/a', '/a/b', '/a/c', '/c', '/e', '/e/f', '/s', '/s/t', '/q', '/q/r', '/q/n-'),
  },
  // Below a znode that gives one permission and no other.
  fc
    .constantFrom(1, 2, 4, 8, 16)
    .chain((perms) => fc.constantFrom(`/p${perms}`, `/p${perms}/x`, `/p${perms}/new`)),
  fc.constantFrom('/', '', 'a', '/a/', '//a', '/a/.', '/\0', '/a/b\0', '/none/x', '/zookeeper'),
  fc.constantFrom(quota, `${quota}/zookeeper_limits`, `${quota}/zookeeper_stats`),
)
const data = fc.constantFrom(
  null,
  ...['', 'x', 'xxxxxxxxxx', 'count=-1,bytes=-1=;byteHardLimit=5;countHardLimit=2', 'count=1,bytes=0'].map(
    bytes,
  ),
)
const acl = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<Acl[][]>([open]) },
  fc.integer({ min: 0, max: 31 }).map((perms): Acl[] => [{ ...open, perms }]),
  fc.constantFrom<(Acl[] | null)[]>(
    null,
    [],
    [readOnly],
    [ofAlice, readOnly],
    [{ perms: 31, id: { scheme: 'auth', id: '' } }],
  ),
)
const version = fc.constantFrom(-1, -1, 0, 1, 2)
const flags = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0, 1, 2, 3) }, fc.integer({ min: -1, max: 7 }))
const part = fc.oneof(
  fc.record({ op: fc.constantFrom('create', 'create2', 'createContainer'), path, data, acl, flags }),
  fc.record({
    op: fc.constant('createTTL'),
    path,
    data,
    acl,
    flags: fc.constantFrom(0, 5, 6),
    ttl: fc.constantFrom(0n, 1n, 1n << 40n),
  }),
  fc.record({ op: fc.constant('delete'), path, version }),
  fc.record({ op: fc.constant('setData'), path, data, version }),
  fc.record({ op: fc.constant('check'), path, version }),
) as fc.Arbitrary<MultiOp>
const request = fc.oneof(
  { weight: 5, arbitrary: part },
  fc.record({ op: fc.constant('setACL'), path, acl, version }),
  fc.record({ op: fc.constant('deleteContainer'), path }),
  fc.record({
    op: fc.constantFrom('exists', 'getData', 'getChildren', 'getChildren2'),
    path,
    watch: fc.boolean(),
  }),
  fc.record({ op: fc.constantFrom('getACL', 'getAllChildrenNumber'), path }),
  fc.record({ op: fc.constant('getEphemerals'), prefixPath: path }),
  fc.record({ op: fc.constant('multiRead'), ops: fc.constant([]) }),
  fc.record({ op: fc.constant('multi'), ops: fc.array(part, { maxLength: 4 }) }),
) as fc.Arbitrary<Request>

const walk = fc.tuple(settings, fc.array(fc.tuple(by, request), { minLength: 1, maxLength: 40 }))

/** What every walk starts from: znodes of all kinds, some that only Alice may use, a quota. */
function furnished(rules: Settings): Tree {
  const who = { sessionId: 1n, identities: [{ scheme: 'ip', id: '10.0.0.1' }, alice] }
  const nothing = bytes('')
  const limits = bytes('count=-1,bytes=-1=;byteHardLimit=5;countHardLimit=2')
  const requests: Request[] = [
    { op: 'create', path: '/a', data: nothing, acl: [open], flags: 0 },
    { op: 'create', path: '/a/b', data: nothing, acl: [open], flags: 0 },
    { op: 'createContainer', path: '/c', data: nothing, acl: [open], flags: 4 },
    { op: 'create', path: '/e', data: nothing, acl: [open], flags: 1 },
    { op: 'create', path: '/s', data: nothing, acl: [ofAlice], flags: 0 },
    { op: 'create', path: '/s/t', data: nothing, acl: [open], flags: 0 },
    { op: 'create', path: '/q', data: nothing, acl: [open], flags: 0 },
    { op: 'create', path: quota, data: nothing, acl: [open], flags: 0 },
    { op: 'create', path: `${quota}/zookeeper_limits`, data: limits, acl: [open], flags: 0 },
    { op: 'create', path: `${quota}/zookeeper_stats`, data: nothing, acl: [open], flags: 0 },
    ...[1, 2, 4, 8, 16].flatMap((perms): Request[] => [
      { op: 'create', path: `/p${perms}`, data: nothing, acl: [open], flags: 0 },
      { op: 'create', path: `/p${perms}/x`, data: nothing, acl: [open], flags: 0 },
      { op: 'setACL', path: `/p${perms}`, acl: [{ ...open, perms }], version: -1 },
    ]),
  ]
  return requests.reduce((tree, asked, index) => {
    const after = evaluate(tree, asked, who, { zxid: BigInt(index + 1), now: index }, rules)
    assert.equal(after.err, 0)
    return after.tree
  }, emptyTree())
}

/** What the machine makes of a request. */
function decide(
  tree: Tree,
  asked: Request,
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
  [rules, requests]: [Settings, [Requester, Request][]],
  tell: (
    before: Tree,
    after: Evaluation,
    at: { zxid: bigint; now: number },
    who: Requester,
    asked: Request,
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

test('TREE-30 to TREE-82: machine and model decide alike, by the same rule', (t) => {
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
        for (const { rule, says, holds } of treeInvariants)
          assert.ok(holds(after.tree, rules), `${rule}: ${says}`)
        for (const { rule, says, holds } of treeStepInvariants)
          assert.ok(holds(before, after, at), `${rule}: ${says}`)
      })
      const after = closeSession(tree, 1n, { zxid: 999n, now: 5000 }, rules)
      for (const { rule, says, holds } of treeInvariants)
        assert.ok(holds(after.tree, rules), `${rule}: ${says}`)
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
  for (const { rule, holds } of treeInvariants) {
    t.true(holds(emptyTree(), { extendedTypes: false }), rule)
    t.false(holds(broken[rule]!, { extendedTypes: false }), rule)
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
  for (const { rule, holds } of treeStepInvariants) {
    t.true(holds(before, result(before), at), rule)
    t.false(holds(before, broken[rule]!, at), rule)
  }
})
