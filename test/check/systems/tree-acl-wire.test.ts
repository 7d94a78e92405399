/** The models of tree, access and connection: their states are counted, and mistakes in the machines are found. */
import test from 'ava'
import type { TreeContext, TreeEvent } from '../../../spec/tree/tree-machine.js'
import { Perms } from '../../../spec/vocabulary/index.js'
import { patch } from '../../../spec/variants/patch.js'
import { provide } from '../../../spec/variants/variant.js'
import { acl } from '../../../src/check/systems/acl-system.js'
import { tree } from '../../../src/check/systems/tree-system.js'
import { wire } from '../../../src/check/systems/wire-system.js'
import { explore, firstBroken, variantOf } from './explore-system.js'

test('four writes on a tree: machine and model decide alike in every state', async (t) => {
  const result = await explore(tree({ requests: 4 }))
  t.is(result.verdict, 'holds')
  t.true(result.exhausted)
  t.is(result.distinct, 222)
})

test('ACL-50: a delete that asks the znode, and not its parent, is found', async (t) => {
  const change = provide({
    guards: {
      mayDelete: ({ context, event }: { context: TreeContext; event: TreeEvent }) => {
        const { tree: nodes, request } = context.asked ?? event.asked
        const node = 'path' in request ? nodes.get(request.path) : undefined
        return node?.acl.some(({ perms }) => (perms & Perms.DELETE) !== 0) ?? true
      },
    },
  })
  const [rule, , steps] = await firstBroken(tree({}, variantOf('tree', change)))
  t.deepEqual([rule, steps], ['TREE-30', 2])
})

test('TREE-51: a delete of a znode with children is found', async (t) => {
  const change = provide({ guards: { hasNoChildren: () => true } })
  const [rule, , steps] = await firstBroken(tree({}, variantOf('tree', change)))
  t.deepEqual([rule, steps], ['TREE-30', 3])
})

test('two connections and a list: machine and model decide alike in every state', async (t) => {
  const result = await explore(acl())
  t.is(result.verdict, 'holds')
  t.true(result.exhausted)
  t.is(result.distinct, 550)
})

test('ACL-23: a judgement that does not look at the permission is found', async (t) => {
  const change = provide({ guards: { someEntryPermits: () => true } })
  const [rule, , steps] = await firstBroken(acl({}, variantOf('acl', change)))
  t.deepEqual([rule, steps], ['ACL-20', 2])
})

test('ACL-40: a list without an entry that can be given is found', async (t) => {
  const change = provide({ guards: { listHasNoEntry: () => false } })
  const [rule, , steps] = await firstBroken(acl({}, variantOf('acl', change)))
  t.deepEqual([rule, steps], ['ACL-20', 1])
})

test('a connection: every state is found, and each can end in order', async (t) => {
  const result = await explore(wire({ outstanding: 3 }), { liveness: true })
  t.is(result.verdict, 'holds')
  t.true(result.exhausted)
  t.is(result.distinct, 16)
})

test('WIRE-90: a request that is taken before the handshake is answered is found', async (t) => {
  const change = patch({ states: { awaitingHandshake: { on: { HANDSHAKE: { '#6': { actions: null } } } } } })
  const [rule, , steps] = await firstBroken(wire({}, variantOf('wire', change)))
  t.deepEqual([rule, steps], ['WIRE-90', 2])
})

test('WIRE-91: a session that is closed before all is answered is found', async (t) => {
  const change = provide({ guards: { isLastOutstanding: () => true } })
  const [rule, , steps] = await firstBroken(wire({}, variantOf('wire', change)))
  t.deepEqual([rule, steps], ['WIRE-91', 4])
})

test('a closing that never ends is a deadlock', async (t) => {
  const change = patch({ states: { closing: { on: { SENT: null, LOST: null } } } })
  const { violations } = await explore(wire({}, variantOf('wire', change)))
  t.is(violations[0]?.violation.kind, 'deadlock')
  t.is(violations[0]?.steps.length, 1)
})
