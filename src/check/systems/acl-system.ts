/**
 * Access for the checker: connections that prove identities, a list that they give to a znode, and every judgement of it. The
 * machine decides, the model beside it, and what they disagree about is broken; so is what the prose says of lists and judgements.
 */
import { aclMachine, type AclContext, type AclEvent } from '../../../spec/acl/acl-machine.js'
import { authenticate, digestOf, fixup, permits } from '../../../spec/acl/acl-model.js'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import { Perms, type Acl, type Id } from '../../../spec/vocabulary/index.js'
import { compilePure, type PureMachine } from '../../machine/compile-pure.js'
import type { Model } from '../model/model.js'
import { brokenOf, statement, type Broken, type Statement } from './statements.js'

export interface AclBounds {
  readonly connections: number
}
export const defaultAclBounds: AclBounds = { connections: 2 }

export interface AclState {
  readonly skipAcl: boolean
  /** What each connection has proved. */
  readonly identities: readonly (readonly Id[])[]
  /** The znode's list. */
  readonly acl: readonly Acl[]
  readonly broken: readonly Broken[]
}

export type AclAction =
  | {
      readonly kind: 'prove'
      readonly connection: number
      readonly scheme: string
      readonly auth: string | null
    }
  | { readonly kind: 'give'; readonly connection: number; readonly list: number }
  | { readonly kind: 'judge'; readonly connection: number; readonly perms: number }

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
const superDigest = digestOf(utf8('super:secret'))
const proofs = [
  ['digest', 'alice:a'],
  ['digest', 'bob:b'],
  ['digest', 'super:secret'],
  ['digest', null],
  ['ip', null],
  ['sasl', 'alice:a'],
] as const
const entry = (scheme: string, id: string, perms: number): Acl => ({ perms, id: { scheme, id } })
const alice = digestOf(utf8('alice:a'))
const lists: readonly (readonly Acl[] | null)[] = [
  null,
  [],
  [entry('world', 'anyone', 31)],
  [entry('world', 'anyone', Perms.READ), entry('digest', alice, 31)],
  [entry('auth', '', Perms.READ | Perms.WRITE), entry('auth', '', Perms.READ | Perms.WRITE)],
  [entry('ip', '10.0.0.0/8', Perms.DELETE)],
  [entry('ip', '192.168.0.1', 31)],
  [entry('ip', '10.0.0', 31)],
  [entry('digest', 'alice', 31)],
  [entry('world', 'alice', 31)],
  [entry('sasl', 'alice', 31)],
]
const asked = [Perms.READ, Perms.WRITE, Perms.CREATE, Perms.DELETE, Perms.ADMIN, Perms.READ | Perms.ADMIN]

const alike = statement('ACL-20', 'machine and model decide alike')
const deserved = statement('ACL-23', 'an identity that is permitted matches an entry with the permission')
const growing = statement('ACL-12', 'identities are added, and never taken away')
const listed = statement('ACL-40', 'a list that is given has an entry')
const resolved = statement('ACL-44', 'a list that is given names no scheme auth, and no unknown one')
const statements: readonly Statement[] = [alike, deserved, growing, listed, resolved]

/** Access within bounds, its machine as it is or as a variant has it. */
export function acl(bounds: Partial<AclBounds> = {}, variant?: Variant): Model<AclState, AclAction> {
  const { connections } = { ...defaultAclBounds, ...bounds }
  const machine: PureMachine<AclContext, AclEvent> = compilePure(varied(aclMachine, variant))
  const places = Array.from({ length: connections }, (_, at) => at)
  const decide = (state: AclState, action: AclAction) =>
    machine.step('asked', contextOf(state, action), eventOf(state, action))

  return {
    name: 'acl',
    processes: [],
    initial: () =>
      [false, true].map((skipAcl) => ({
        skipAcl,
        identities: places.map(() => [{ scheme: 'ip', id: '10.1.2.3' }]),
        acl: [entry('world', 'anyone', 31)],
        broken: [],
      })),
    actions: ({ broken }) =>
      broken.length > 0
        ? []
        : places.flatMap((connection): AclAction[] => [
            ...proofs.map(([scheme, auth]) => ({ kind: 'prove' as const, connection, scheme, auth })),
            ...lists.map((_, list) => ({ kind: 'give' as const, connection, list })),
            ...asked.map((perms) => ({ kind: 'judge' as const, connection, perms })),
          ]),
    next(state, action) {
      const decision = decide(state, action)?.value ?? 'nothing'
      const { after, should } = byModel(state, action)
      const broken: Broken[] = []
      if (decision !== should)
        broken.push({
          ...alike,
          found: `${formatAction(action)}: ${decision} by the machine, ${should} by the model`,
        })
      // What was decided is done: it is the machine that is on trial.
      const done = decision === 'given' || decision.startsWith('proved') ? after : state
      broken.push(...judged(state, action, decision, done))
      return { ...sorted(done), broken }
    },
    invariants: statements.map((each) => brokenOf<AclState>(each)),
    mayEnd: ({ broken }) => broken.length > 0,
    tell(before, action) {
      const step = decide(before, action)
      return { text: `${formatAction(action)}: ${step?.value}`, rules: step?.transition.rules ?? [] }
    },
    show: (state) => ({
      acl: state.acl.map(formatAclEntry).join(', '),
      ...Object.fromEntries(
        state.identities.map((ids, at) => [
          `connection ${at + 1}`,
          ids.map(({ scheme, id }) => `${scheme}:${id}`).join(' '),
        ]),
      ),
      ...(state.skipAcl ? { skipACL: 'yes' } : {}),
    }),
  }
}

/** What the prose says of what was decided. */
function judged(before: AclState, action: AclAction, decision: string, after: AclState): readonly Broken[] {
  const broken: Broken[] = []
  const text = formatAction(action)
  if (decision === 'permitted' && action.kind === 'judge') {
    const ids = before.identities[action.connection]!
    const isMeant = before.acl.some(
      ({ perms, id }) =>
        (perms & action.perms) !== 0 &&
        (id.scheme === 'world' || ids.some((own) => own.scheme === id.scheme && isOf(own.id, id.id))),
    )
    if (!before.skipAcl && !isMeant && !ids.some(({ scheme }) => scheme === 'super'))
      broken.push({ ...deserved, found: `${text}, by ${before.acl.map(formatAclEntry).join(', ')}` })
  }
  const lost = before.identities.some((ids, at) =>
    ids.some(
      ({ scheme, id }) => !after.identities[at]!.some((own) => own.scheme === scheme && own.id === id),
    ),
  )
  if (lost) broken.push({ ...growing, found: text })
  if (after.acl.length === 0) broken.push({ ...listed, found: text })
  if (after.acl.some(({ id }) => !['world', 'digest', 'ip'].includes(id.scheme)))
    broken.push({ ...resolved, found: `${text}: ${after.acl.map(formatAclEntry).join(', ')}` })
  return broken
}

/** Whether an identity is the one of an entry of its scheme; of the alphabet's blocks, one whose first byte is alike. */
const isOf = (own: string, given: string): boolean =>
  given.endsWith('/8') ? own.split('.')[0] === given.split('.')[0] : own === given

/** The state after, if what is asked is granted; and whether it should be. */
function byModel(state: AclState, action: AclAction): { readonly after: AclState; readonly should: string } {
  const ids = state.identities[action.connection]!
  switch (action.kind) {
    case 'judge':
      return { after: state, should: permits(state.acl, action.perms, ids, state) ? 'permitted' : 'refused' }
    case 'give': {
      const given = fixup(lists[action.list]!, ids)
      // A list that must not be given is given as it is, should the machine say so.
      const after = { ...state, acl: 'acl' in given ? given.acl : (lists[action.list] ?? []) }
      return { after, should: 'acl' in given ? 'given' : 'invalid' }
    }
    case 'prove': {
      const { scheme, auth } = action
      const proved = authenticate(scheme, auth === null ? null : utf8(auth), ids, { superDigest })
      const added = proved?.filter((each) => !ids.includes(each)) ?? []
      const isSuper = scheme === 'digest' && auth !== null && digestOf(utf8(auth)) === superDigest
      const sortedIds = [ids[0]!, ...[...ids.slice(1), ...added].sort((a, b) => (key(a) < key(b) ? -1 : 1))]
      const after = { ...state, identities: state.identities.with(action.connection, sortedIds) }
      return { after, should: proved === undefined ? 'refused' : isSuper ? 'provedSuper' : 'proved' }
    }
  }
}

const key = ({ scheme, id }: Id): string => `${scheme}:${id}`

/** Connections in the order of what they have proved: their names play no part. */
function sorted(state: AclState): AclState {
  const keyOf = (ids: readonly Id[]) => ids.map(key).join(' ')
  return { ...state, identities: [...state.identities].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) }
}

function contextOf({ skipAcl, identities }: AclState, { connection }: AclAction): AclContext {
  return { settings: { skipAcl, superDigest }, identities: identities[connection]! }
}

function eventOf(state: AclState, action: AclAction): AclEvent {
  switch (action.kind) {
    case 'judge':
      return { type: 'JUDGE', acl: state.acl, perms: action.perms }
    case 'give':
      return { type: 'GIVE', acl: lists[action.list]! }
    case 'prove':
      return { type: 'PROVE', scheme: action.scheme, auth: action.auth === null ? null : utf8(action.auth) }
  }
}

const formatAclEntry = ({ perms, id }: Acl): string => `${id.scheme}:${id.id}:${perms}`

function formatAction(action: AclAction): string {
  const who = `connection ${action.connection + 1}`
  switch (action.kind) {
    case 'judge':
      return `${who} wants permission ${action.perms}`
    case 'give':
      return `${who} gives ${lists[action.list]?.map(formatAclEntry).join(', ') ?? 'null'}`
    case 'prove':
      return `${who} proves ${action.scheme} ${action.auth ?? 'null'}`
  }
}
