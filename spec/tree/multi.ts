/** Multis: their parts as the flags make them, all of them or none. TREE-80 to TREE-83. */
import {
  CreateMode,
  ErrorCode,
  type MultiOp,
  type MultiResult,
  type Request,
  type Result,
} from '../vocabulary/index.js'
import type { Change, Evaluation, Requester, Settings, Tree } from './tree-types.js'
import { hasTtlMode, write, type At } from './writes.js'

type Multi = Extract<Request, { op: 'multi' }>

/**
 * What a part of a multi is: of a creation the flags say it, whatever its type (TREE-82). Undefined when they ask for a
 * time to live that the part's record has no field for (TREE-83).
 */
export function partOf(op: MultiOp): MultiOp | undefined {
  if (!('flags' in op)) return op
  const { path, data, acl, flags } = op
  if (hasTtlMode(flags)) return op.op === 'createTTL' ? op : undefined
  return { op: flags === CreateMode.container ? 'createContainer' : 'create', path, data, acl, flags }
}

/** What the parts come to, each on the tree that those before it left; up to the first that fails. */
function evaluateParts({ ops }: Multi, tree: Tree, by: Requester, at: At, settings: Settings) {
  let now = tree
  const results: MultiResult[] = []
  const changes: Change[] = []
  for (const op of ops) {
    const part = partOf(op)
    if (part === undefined) return { end: 'unreadable' as const }
    const { tree: after, err, result, changes: made } = write(now, part, by, at, settings, tree)
    if (err !== ErrorCode.Ok) return { end: 'failed' as const, index: results.length, err }
    now = after
    changes.push(...made)
    results.push(partResult(result!))
  }
  return { end: 'done' as const, tree: now, results, changes }
}

/** All parts or none (TREE-80); what the parts are told when one fails (TREE-81); a record that can't be read (TREE-83). */
export function multi(request: Multi, tree: Tree, by: Requester, at: At, settings: Settings): Evaluation {
  const parts = evaluateParts(request, tree, by, at, settings)
  switch (parts.end) {
    case 'unreadable':
      return { tree, err: ErrorCode.MarshallingError, changes: [], rule: 'TREE-83' }
    case 'failed': {
      const results = request.ops.map((_, each): MultiResult => {
        const after = each === parts.index ? parts.err : ErrorCode.RuntimeInconsistency
        return { op: 'error', err: each < parts.index ? ErrorCode.Ok : after }
      })
      return { tree, err: ErrorCode.Ok, result: { op: 'multi', results }, changes: [], rule: 'TREE-81' }
    }
    case 'done': {
      const { results, changes } = parts
      return {
        tree: parts.tree,
        err: ErrorCode.Ok,
        result: { op: 'multi', results },
        changes,
        rule: 'TREE-80',
      }
    }
  }
}

/** How the parts of a multi end: all done, one failed, or one unreadable before any failed. */
export function endOfParts(request: Multi, tree: Tree, by: Requester, at: At, settings: Settings) {
  return evaluateParts(request, tree, by, at, settings).end
}

/** A part's result, named as multis name it: all creations with a Stat are `create2` (WIRE-61). */
function partResult(result: Result): MultiResult {
  switch (result.op) {
    case 'createContainer':
    case 'createTTL':
      return { ...result, op: 'create2' }
    case 'create':
    case 'setData':
    case 'delete':
    case 'check':
      return result as MultiResult
    default:
      throw new Error(`${result.op} is no part of a multi`)
  }
}
