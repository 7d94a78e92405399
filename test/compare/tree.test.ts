/**
 * The implementation's tree beside the spec's, in one process: writes prepared against what is still outstanding and
 * applied later, reads, and the ends of sessions come to the same errors, results, changes and Stats.
 */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { closeSession, emptyTree, evaluate, reapable } from '../../spec/tree/tree-model.js'
import { at as nodeAt, childrenOf, statOf } from '../../spec/tree/stat.js'
import type { Reaping, Requester, Settings, Tree } from '../../spec/tree/tree-types.js'
import type { Request } from '../../spec/vocabulary/index.js'
import { EventType } from '../../spec/vocabulary/index.js'
import { Access } from '../../src/acl/access.js'
import { Database, type Outcome } from '../../src/server/database.js'
import { SessionTracker } from '../../src/session/session-tracker.js'
import { SessionIds } from '../../src/session/session-ids.js'
import { DataTree } from '../../src/tree/data-tree.js'
import { Preparer, type WriteRequest } from '../../src/tree/prepare.js'
import type { ReadRequest } from '../../src/tree/evaluate-read.js'
import type { Transaction } from '../../src/tree/txn.js'
import { WatchTable } from '../../src/watcher/watch-table.js'
import { furnisher, furniture, walk } from '../support/tree-walks.js'

const changeNames = new Map<number, string>([
  [EventType.NodeCreated, 'created'],
  [EventType.NodeDeleted, 'deleted'],
  [EventType.NodeDataChanged, 'dataChanged'],
  [EventType.NodeChildrenChanged, 'childrenChanged'],
])
const reads = new Set<Request['op']>([
  'exists',
  'getData',
  'getACL',
  'getChildren',
  'getChildren2',
  'getAllChildrenNumber',
  'getEphemerals',
  'multiRead',
])

/** The implementation's tree with what stands around it in a server, but for sockets, log and watches. */
function implementation(rules: Settings) {
  const tree = new DataTree({ extendedTypes: rules.extendedTypes })
  const access = new Access({ skipAcl: rules.skipAcl, x509: false })
  const sessions = new SessionTracker(1000, new SessionIds(0, 0))
  sessions.add(1n, 1000, 0)
  sessions.add(2n, 1000, 0)
  const changes: string[] = []
  const watches = new WatchTable()
  watches.fire = (type, path) => changes.push(`${changeNames.get(type)} ${path}`)
  const state = new Database({
    tree,
    access,
    preparer: new Preparer(tree, access, { enforceQuota: rules.enforceQuota }),
    watches,
    sessions,
    authenticate: () => undefined,
    reaping: { maxNeverUsedIntervalMs: 0 },
  })
  return { tree, state, changes }
}

const nobody = () => undefined

/** A write as the implementation is asked for it. */
function asTransaction(asked: Request | Reaping): WriteRequest {
  return asked.op === 'reap' ? { op: 'deleteContainer', path: asked.path } : (asked as WriteRequest)
}

/** A result in an order of its own, where the protocol has none. */
function sorted({ err, result }: { err: number; result?: Outcome['result'] }) {
  if (result === undefined) return { err }
  const listOf = (list: readonly string[]) => [...list].sort()
  switch (result.op) {
    case 'getChildren':
    case 'getChildren2':
      return { err, result: { ...result, children: listOf(result.children) } }
    case 'getEphemerals':
      return { err, result: { ...result, ephemerals: listOf(result.ephemerals) } }
    case 'multiRead':
      return {
        err,
        result: {
          ...result,
          results: result.results.map((part) =>
            part.op === 'getChildren' ? { ...part, children: listOf(part.children) } : part,
          ),
        },
      }
    default:
      return { err, result }
  }
}

function sameTrees(spec: Tree, tree: DataTree, rules: Settings): void {
  assert.deepEqual([...tree.entries()].map(([path]) => path || '/').sort(), [...spec.keys()].sort())
  for (const path of spec.keys()) {
    const node = tree.get(path)!
    assert.deepEqual(node.stat(), statOf(spec, path, rules), path)
    assert.deepEqual([...node.children].sort(), childrenOf(spec, path), path)
    assert.deepEqual(
      { data: node.data, acl: node.acl },
      (({ data, acl }) => ({ data, acl }))(nodeAt(spec, path)!),
      path,
    )
  }
}

test('TREE-12 to TREE-95: prepared, applied and read, the tree does what the spec says, with writes under way', (t) => {
  const lags = fc.infiniteStream(fc.integer({ min: 0, max: 5 }))
  const closings = fc.array(fc.nat(30), { maxLength: 3 })
  fc.assert(
    fc.property(walk, lags, closings, ([rules, requests], lag, closed) => {
      const { tree, state, changes } = implementation(rules)
      let spec = emptyTree()
      let zxid = 0n
      let waiting: (() => void)[] = []
      const applyAll = () => {
        for (const apply of waiting) apply()
        waiting = []
      }
      const step = (who: Requester, asked: Request | Reaping | { op: 'closeSession' }) => {
        if (asked.op === 'deleteContainer') return // TREE-88: refused before it comes to the tree
        const now = 1000 + Number(zxid) * 10
        if (reads.has(asked.op as Request['op'])) {
          applyAll()
          const at = { zxid, now }
          const expected = evaluate(spec, asked as Request, who, at, rules)
          const got = state.read(asked as ReadRequest, who, 1, nobody)
          assert.deepEqual(sorted(got), sorted(expected), asked.op)
          return
        }
        // Quotas may be judged by somewhat earlier counts while writes are under way (TREE-92).
        if (rules.enforceQuota || lag.next().value === 0) applyAll()
        zxid++
        const at = { zxid, now }
        const before = spec
        const expected =
          asked.op === 'closeSession'
            ? { ...closeSession(before, who.sessionId, at, rules), result: { op: 'closeSession' } }
            : evaluate(before, asked as Request | Reaping, who, at, rules)
        spec = expected.tree
        const transaction: Transaction = state.prepare(
          asTransaction(asked),
          { ...who, through: 1n },
          { cxid: 0, ...at },
        )
        waiting.push(() => {
          changes.length = 0
          const got = state.apply(transaction, nobody)
          assert.deepEqual(
            sorted(asked.op === 'reap' ? { err: got.err } : got),
            sorted(expected as Outcome),
            `${asked.op} ${JSON.stringify(asked, text)}`,
          )
          const told = expected.changes.map(({ type, path }) => `${type} ${path}`)
          if (asked.op === 'closeSession') assert.deepEqual([...changes].sort(), told.sort())
          else assert.deepEqual(changes, told)
        })
      }
      for (const asked of furniture) step(furnisher, asked)
      requests.forEach(([who, asked], index) => {
        if (closed.includes(index)) step(who, { op: 'closeSession' })
        step(who, asked)
      })
      applyAll()
      sameTrees(spec, tree, rules)
      const last = 1000 + Number(zxid) * 10
      for (const now of [0, 1000, last - 100, last - 60, last, last + 55, 9999])
        assert.deepEqual(
          [...state.reapable(now)].sort(),
          reapable(spec, now, rules).sort(),
          `reapable at ${now}`,
        )
    }),
    { numRuns: 800 },
  )
  t.pass()
})

/** For messages: JSON has no bigint. */
const text = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)
