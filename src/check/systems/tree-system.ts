/**
 * The tree for the checker: the model evaluates every request of a small alphabet, the machine decides on it beside, and what
 * they disagree about is broken, as are the invariants of spec/tree. Zxids and times are forgotten after each step.
 */
import { CreateMode, Perms, type Acl, type MultiOp, type Request } from '../../../spec/vocabulary/index.js'
import { treeInvariants, treeStepInvariants } from '../../../spec/tree/tree-invariants.js'
import { treeMachine, type TreeContext, type TreeEvent } from '../../../spec/tree/tree-machine.js'
import { closeSession, emptyTree, evaluate, reapable } from '../../../spec/tree/tree-model.js'
import { childrenOf } from '../../../spec/tree/stat.js'
import type { Evaluation, Reaping, Settings, Tree } from '../../../spec/tree/tree-types.js'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import { compilePure, type PureMachine } from '../../machine/compile-pure.js'
import type { Model } from '../model/model.js'
import { brokenOf, statement, type Broken, type Statement } from './statements.js'

export interface TreeBounds {
  /** Requests that take a zxid. */
  readonly requests: number
}
export const defaultTreeBounds: TreeBounds = { requests: 6 }

export interface TreeNode {
  readonly path: string
  /** A session, `container`, or null. */
  readonly owner: string | null
  readonly acl: readonly Acl[]
  readonly version: number
  readonly cversion: number
  readonly aversion: number
}

export interface TreeState {
  readonly nodes: readonly TreeNode[]
  /** Writes that are left. */
  readonly left: number
  readonly broken: readonly Broken[]
}

export type TreeAction =
  | { readonly kind: 'request'; readonly letter: number }
  | { readonly kind: 'close' }
  | { readonly kind: 'reap'; readonly path: string }

const settings: Settings = {
  skipAcl: false,
  extendedTypes: false,
  enforceQuota: false,
  superDigest: null,
  tickTime: 2000,
  minSessionTimeout: 4000,
  maxSessionTimeout: 40000,
}
const anyone = { scheme: 'world', id: 'anyone' }
const open: readonly Acl[] = [{ perms: 31, id: anyone }]
/** Neither children may be deleted nor data written. */
const guarded: readonly Acl[] = [{ perms: Perms.READ | Perms.CREATE | Perms.ADMIN, id: anyone }]

const create = (path: string, flags: number = CreateMode.persistent, acl = open) =>
  ({ op: 'create', path, data: null, acl, flags }) as const
const remove = (path: string, version = -1) => ({ op: 'delete', path, version }) as const
const setData = (path: string, version: number) => ({ op: 'setData', path, data: null, version }) as const
const multi = (...ops: readonly MultiOp[]): Request => ({ op: 'multi', ops })

const writes: readonly Request[] = [
  create('/a'),
  create('/a', CreateMode.persistent, guarded),
  create('/a', CreateMode.ephemeral),
  create('/a/b'),
  create('/a/s-', CreateMode.persistentSequential),
  create('/a/b', CreateMode.persistent, []),
  create('a'),
  create('/a//b'),
  create('/a', 9),
  { op: 'createContainer', path: '/c', data: null, acl: open, flags: CreateMode.container },
  create('/c/d'),
  remove('/a'),
  remove('/a', 1),
  remove('/a/b'),
  remove('/c/d'),
  remove('/zookeeper'),
  setData('/a', -1),
  setData('/a', 0),
  setData('/a/b/', 0),
  { op: 'setACL', path: '/a', acl: guarded, version: 0 },
  { op: 'setACL', path: '/a', acl: [], version: 0 },
  { op: 'check', path: '/a', version: 1 },
  { op: 'deleteContainer' },
  multi(create('/a'), setData('/a', 0)),
  multi(create('/a/b'), remove('/a')),
]
const reads: readonly Request[] = [
  ...(['exists', 'getData', 'getChildren2'] as const).map((op) => ({ op, path: '/a', watch: false })),
  { op: 'getACL', path: '/a' },
  { op: 'getAllChildrenNumber', path: '/' },
  { op: 'getEphemerals', prefixPath: '/' },
]
const letters: readonly Request[] = [...writes, ...reads]

const session = 7n
const containerOwner = -(1n << 63n)
const by = { sessionId: session, identities: [{ scheme: 'ip', id: '127.0.0.1' }] }
const at = { zxid: 1n, now: 0 }
const bare = emptyTree()

const alike = statement('TREE-30', 'machine and model decide alike, by the same rule')
const statements: readonly Statement[] = [
  alike,
  ...treeInvariants.map(({ rule, name }) => statement(rule, name)),
  ...treeStepInvariants.map(({ rule, name }) => statement(rule, name)),
  statement('SERVICE-59', 'nothing of a session that is over is left'),
]

/** The tree within bounds, its machine as it is or as a variant has it. */
export function tree(bounds: Partial<TreeBounds> = {}, variant?: Variant): Model<TreeState, TreeAction> {
  const { requests } = { ...defaultTreeBounds, ...bounds }
  const machine: PureMachine<TreeContext, TreeEvent> = compilePure(varied(treeMachine, variant))

  /** What the model and the machine make of an action. */
  function evaluated(before: Tree, action: TreeAction): { after: Evaluation; broken: readonly Broken[] } {
    if (action.kind === 'close') {
      const after = closeSession(before, session, at, settings)
      const left = [...after.tree].find(([, { ephemeralOwner }]) => ephemeralOwner === session)
      const found = left === undefined ? [] : [{ ...statements.at(-1)!, found: left[0] }]
      return { after, broken: found }
    }
    const request = requestOf(action)
    const after = evaluate(before, request, by, at, settings)
    const asked = { tree: before, request, by, at, settings }
    const begun = machine.initial({ asked: null, outcome: null })
    const outcome = machine.step(begun.value, begun.context, { type: 'REQUEST', asked })?.context.outcome
    if (outcome?.err === after.err && outcome.rule === after.rule) return { after, broken: [] }
    const found = `the machine says ${outcome?.err} by ${outcome?.rule}, the model ${after.err} by ${after.rule}`
    return { after, broken: [{ ...alike, found: `${formatAction(action)}: ${found}` }] }
  }

  return {
    name: 'tree',
    processes: [],
    initial: () => [{ nodes: [], left: requests, broken: [] }],
    actions(state) {
      if (state.broken.length > 0) return []
      const asked = state.left === 0 ? [] : letters
      const paths = state.left === 0 ? [] : reapable(decode(state), at.now, settings)
      return [
        ...asked.map((_, letter) => ({ kind: 'request' as const, letter })),
        ...paths.map((path) => ({ kind: 'reap' as const, path })),
        ...(state.nodes.some(({ owner }) => owner === 'session') ? [{ kind: 'close' as const }] : []),
      ]
    },
    next(state, action) {
      const before = decode(state)
      const { after, broken } = evaluated(before, action)
      const isRead = action.kind === 'request' && action.letter >= writes.length
      const left = isRead || action.kind === 'close' ? state.left : state.left - 1
      return { nodes: encode(after.tree), left, broken: [...broken, ...judged(before, after, action)] }
    },
    invariants: statements.map((each) => brokenOf<TreeState>(each)),
    mayEnd: ({ left, broken }) => left === 0 || broken.length > 0,
    tell(before, action) {
      const { err, rule } = evaluated(decode(before), action).after
      return { text: `${formatAction(action)} comes to ${err}`, rules: [rule] }
    },
    show: ({ nodes, left }) => ({
      nodes: nodes
        .map(({ path, owner, version, acl }) => {
          const said = [`version ${version}`, ...(owner === null ? [] : [owner])]
          return `${path} ${[...said, ...acl.map(({ perms }) => `perms ${perms}`)].join(', ')}`
        })
        .join('; '),
      'requests left': String(left),
    }),
  }
}

function judged(before: Tree, after: Evaluation, action: TreeAction): readonly Broken[] {
  const broken: Broken[] = []
  for (const { rule, name, broken: findingOf } of treeInvariants)
    if (findingOf(after.tree, settings) !== null) broken.push({ rule, name, found: formatAction(action) })
  for (const { rule, name, broken: findingOf } of treeStepInvariants)
    if (findingOf(before, after, at) !== null) broken.push({ rule, name, found: formatAction(action) })
  return broken
}

function requestOf(action: Exclude<TreeAction, { kind: 'close' }>): Request | Reaping {
  return action.kind === 'reap' ? { op: 'reap', path: action.path } : letters[action.letter]!
}

function decode({ nodes }: TreeState): Tree {
  const made = new Map(bare)
  for (const { path, owner, ...rest } of nodes) {
    const ephemeralOwner = owner === 'container' ? containerOwner : owner === 'session' ? session : 0n
    made.set(path, { ...bare.get('/zookeeper')!, ...rest, data: null, ephemeralOwner })
  }
  // No request reads how many children the root has had, so the count of its children stands for it.
  return made.set('/', { ...bare.get('/')!, cversion: childrenOf(made, '/').length - 1 })
}

function encode(after: Tree): readonly TreeNode[] {
  const nodes: TreeNode[] = []
  for (const [path, { ephemeralOwner, acl, version, cversion, aversion }] of after) {
    if (bare.has(path)) continue
    const owner = ephemeralOwner === 0n ? null : ephemeralOwner === session ? 'session' : 'container'
    nodes.push({ path, owner, acl, version, cversion, aversion })
  }
  return nodes.sort((a, b) => (a.path < b.path ? -1 : 1))
}

function formatAction(action: TreeAction): string {
  if (action.kind === 'close') return 'the session ends'
  const request = requestOf(action)
  if (action.kind === 'reap') return `${action.path} is reaped`
  const ops = request.op === 'multi' ? request.ops : [request]
  const texts = ops.map((each) => {
    const { op, path, flags, version } = each as {
      op: string
      path?: string
      flags?: number
      version?: number
    }
    const more = flags !== undefined ? ` mode ${flags}` : version !== undefined ? ` version ${version}` : ''
    return `${op} ${path ?? ''}${more}`
  })
  return request.op === 'multi' ? `multi (${texts.join(', ')})` : texts.join()
}
