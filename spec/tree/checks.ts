/** The questions that the tree's machine asks of a request, one each, in the words of the rules. */
import { fixup, permits } from '../acl/acl-model.js'
import { CreateMode, ErrorCode, Perms, type AskedAcl, type Request } from '../vocabulary/index.js'
import { endOfParts } from './multi.js'
import { longestTtl, sessionOf } from './owners.js'
import { isPath, parentOf, specialPaths } from './paths.js'
import { exceedsQuota } from './quota.js'
import { at, childrenOf } from './stat.js'
import type { Reaping, Requester, Settings, Tree, Znode } from './tree-types.js'
import { hasTtlMode, isSequential, suffix, type At } from './writes.js'

/** A request at its place in the order, with all that its checks look at. */
export interface Case {
  readonly tree: Tree
  readonly request: Request | Reaping
  readonly by: Requester
  readonly at: At
  readonly settings: Settings
}

/** A question about a case. */
export type Check = (asked: Case) => boolean

/** What requests have, those that have it. */
interface Fields {
  readonly path: string
  readonly version: number
  readonly flags: number
  readonly ttl?: bigint
  readonly acl: readonly AskedAcl[] | null
  readonly data: Uint8Array | null
}
const fields = ({ request }: Case): Fields => request as unknown as Fields

const is =
  (...ops: readonly Case['request']['op'][]): Check =>
  ({ request }) =>
    ops.includes(request.op)

const nodeOf = (asked: Case): Znode | undefined => at(asked.tree, fields(asked).path)
const parentNode = (asked: Case): Znode | undefined => at(asked.tree, parentOf(fields(asked).path)!)
const may = (asked: Case, node: Znode | undefined, perms: number): boolean =>
  node !== undefined && permits(node.acl, perms, asked.by.identities, asked.settings)
const matches = (version: number, current: number | undefined): boolean =>
  version === -1 || version === current
const isOfSession = (asked: Case, node: Znode | undefined): boolean =>
  node !== undefined && sessionOf(node.ephemeralOwner, asked.settings) !== undefined
const hasSlashAndNoNul = ({ path }: Fields): boolean => parentOf(path) !== undefined && !path.includes('\0')

/** The path that a creation makes: with its number, if it is sequential. */
function pathToBe(asked: Case): string {
  const { path, flags } = fields(asked)
  return isSequential(flags) ? path + suffix(parentNode(asked)!.cversion) : path
}

export const isCreate = is('create', 'create2', 'createContainer', 'createTTL')
export const isDelete = is('delete')
export const isDeleteContainer = is('deleteContainer')
export const isReaping = is('reap')
export const isSetData = is('setData')
export const isSetAcl = is('setACL')
export const isCheck = is('check')
export const isMulti = is('multi')
export const isExists = is('exists')
export const isGetEphemerals = is('getEphemerals')
export const isMultiRead = is('multiRead')
export const isGetData = is('getData')
export const isGetChildren = is('getChildren', 'getChildren2')
export const isGetAcl = is('getACL')

export const flagsAreKnown: Check = (asked) =>
  fields(asked).flags >= CreateMode.persistent &&
  fields(asked).flags <= CreateMode.persistentSequentialWithTTL
export const typeIsEnabled: Check = (asked) =>
  !hasTtlMode(fields(asked).flags) || asked.settings.extendedTypes
export const ttlFitsMode: Check = (asked) => {
  const { flags, ttl } = fields(asked)
  return hasTtlMode(flags) ? ttl !== undefined && ttl >= 1n && ttl <= longestTtl : ttl === undefined
}
export const pathHasParent: Check = (asked) => hasSlashAndNoNul(fields(asked))
export const pathIsDeletable: Check = (asked) =>
  hasSlashAndNoNul(fields(asked)) && !specialPaths.has(fields(asked).path)
export const pathIsOne: Check = (asked) => isPath(fields(asked).path)
export const pathToBeIsOne: Check = (asked) => isPath(pathToBe(asked))
export const pathHasNoNul: Check = (asked) => !fields(asked).path.includes('\0')

export const aclIsValid: Check = (asked) => 'acl' in fixup(fields(asked).acl, asked.by.identities)
/** An entry whose id is looked at has none, and no entry before it is invalid. */
export const aclLacksAnId: Check = (asked) => {
  const fixed = fixup(fields(asked).acl, asked.by.identities)
  return 'err' in fixed && fixed.err === ErrorCode.MarshallingError
}
export const parentExists: Check = (asked) => parentNode(asked) !== undefined
export const nodeExists: Check = (asked) => nodeOf(asked) !== undefined
export const isNew: Check = (asked) => !asked.tree.has(pathToBe(asked))
export const parentIsNoEphemeral: Check = (asked) => !isOfSession(asked, parentNode(asked))
export const isNoEphemeral: Check = (asked) => !isOfSession(asked, nodeOf(asked))
export const hasNoChildren: Check = (asked) => childrenOf(asked.tree, fields(asked).path).length === 0

// ACL-50: which permission, and of which znode.
export const mayCreate: Check = (asked) => may(asked, parentNode(asked), Perms.CREATE)
export const mayDelete: Check = (asked) => may(asked, parentNode(asked), Perms.DELETE)
export const mayWrite: Check = (asked) => may(asked, nodeOf(asked), Perms.WRITE)
export const mayAdmin: Check = (asked) => may(asked, nodeOf(asked), Perms.ADMIN)
export const mayRead: Check = (asked) => may(asked, nodeOf(asked), Perms.READ)
export const mayReadIt: Check = (asked) =>
  may(asked, nodeOf(asked), isGetAcl(asked) ? Perms.READ | Perms.ADMIN : Perms.READ)

export const versionMatches: Check = (asked) => matches(fields(asked).version, nodeOf(asked)?.version)
export const aversionMatches: Check = (asked) => matches(fields(asked).version, nodeOf(asked)?.aversion)

export const quotaAllowsCreation: Check = (asked) =>
  !asked.settings.enforceQuota ||
  !exceedsQuota(asked.tree, pathToBe(asked), 1, fields(asked).data?.length ?? 0)
export const quotaAllowsData: Check = (asked) =>
  !asked.settings.enforceQuota ||
  !exceedsQuota(
    asked.tree,
    fields(asked).path,
    0,
    (fields(asked).data?.length ?? 0) - (nodeOf(asked)?.data?.length ?? 0),
  )

const partsEnd =
  (end: ReturnType<typeof endOfParts>): Check =>
  ({ tree, request, by, at: place, settings }) =>
    request.op === 'multi' && endOfParts(request, tree, by, place, settings) === end
export const everyPartSucceeds = partsEnd('done')
export const somePartFails = partsEnd('failed')
