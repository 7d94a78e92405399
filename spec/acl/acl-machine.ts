/**
 * The three decisions about access, each a row of questions in the prose's order: whether a client may, whether a list can
 * be given, what an `auth` request proves. Carries ACL-20 to ACL-44; `acl-model.ts` is the same as functions.
 */
import { setup } from 'xstate'
import type { Acl, Bytes, Id } from '../vocabulary/index.js'
import { digestOf, isAnyone, isValidId, matches, type AclSettings } from './acl-model.js'

export interface AclContext {
  readonly settings: AclSettings
  readonly identities: readonly Id[]
}

export type AclEvent =
  /** May a client with these identities do what needs one of these permissions? */
  | { readonly type: 'JUDGE'; readonly acl: readonly Acl[]; readonly perms: number }
  /** Can this list be given to a znode? */
  | { readonly type: 'GIVE'; readonly acl: readonly Acl[] | null }
  /** What does an `auth` request prove? */
  | { readonly type: 'PROVE'; readonly scheme: string; readonly auth: Bytes | null }

type Args = { context: AclContext; event: AclEvent }

const judged = ({ event }: Args) => (event.type === 'JUDGE' ? event : { acl: [], perms: 0 })
const given = ({ event }: Args): readonly Acl[] => (event.type === 'GIVE' ? (event.acl ?? []) : [])
const ofScheme = (args: Args, ...schemes: readonly string[]) =>
  given(args).filter(({ id }) => schemes.includes(id.scheme))
const proof = ({ event }: Args) => (event.type === 'PROVE' ? event : { scheme: '', auth: null })

export const aclMachine = setup({
  types: { context: {} as AclContext, events: {} as AclEvent, input: {} as AclContext },
  guards: {
    aclIsSkipped: ({ context }) => context.settings.skipAcl,
    listIsEmpty: (args) => judged(args).acl.length === 0,
    clientIsSuper: ({ context }) => context.identities.some(({ scheme }) => scheme === 'super'),
    someEntryPermits: (args) =>
      judged(args).acl.some(
        ({ perms, id }) =>
          (perms & judged(args).perms) !== 0 &&
          (isAnyone(id) || args.context.identities.some((identity) => matches(identity, id))),
      ),
    listHasNoEntry: (args) => given(args).length === 0,
    someWorldIsNotAnyone: (args) => ofScheme(args, 'world').some(({ id }) => !isAnyone(id)),
    someDigestIsMalformed: (args) => ofScheme(args, 'digest').some(({ id }) => !isValidId(id)),
    someAddressIsMalformed: (args) => ofScheme(args, 'ip').some(({ id }) => !isValidId(id)),
    someAuthIsOfNobody: (args) =>
      ofScheme(args, 'auth').length > 0 && !args.context.identities.some(({ scheme }) => scheme === 'digest'),
    someSchemeIsUnknown: (args) =>
      ofScheme(args, 'world', 'auth', 'digest', 'ip').length < given(args).length,
    schemeIsIp: (args) => proof(args).scheme === 'ip',
    schemeIsDigest: (args) => proof(args).scheme === 'digest' && proof(args).auth !== null,
    digestIsSuper: (args) => {
      const { scheme, auth } = proof(args)
      return scheme === 'digest' && auth !== null && digestOf(auth) === args.context.settings.superDigest
    },
  },
}).createMachine({
  id: 'acl',
  context: ({ input }) => input,
  initial: 'asked',
  states: {
    asked: {
      on: {
        JUDGE: [
          { guard: 'aclIsSkipped', target: 'permitted', meta: { rule: 'ACL-20' } },
          { guard: 'listIsEmpty', target: 'permitted', meta: { rule: 'ACL-21' } },
          { guard: 'clientIsSuper', target: 'permitted', meta: { rule: 'ACL-22' } },
          { guard: 'someEntryPermits', target: 'permitted', meta: { rule: ['ACL-23', 'ACL-24'] } },
          { target: 'refused', meta: { rule: 'ACL-23' } },
        ],
        PROVE: [
          { guard: 'digestIsSuper', target: 'provedSuper', meta: { rule: 'ACL-31' } },
          { guard: 'schemeIsDigest', target: 'proved', meta: { rule: 'ACL-30' } },
          { guard: 'schemeIsIp', target: 'proved', meta: { rule: 'ACL-32' } },
          { target: 'refused', meta: { rule: 'ACL-33' } },
        ],
        GIVE: [
          { guard: 'listHasNoEntry', target: 'invalid', meta: { rule: 'ACL-40' } },
          { guard: 'someWorldIsNotAnyone', target: 'invalid', meta: { rule: 'ACL-41' } },
          { guard: 'someDigestIsMalformed', target: 'invalid', meta: { rule: 'ACL-42' } },
          { guard: 'someAddressIsMalformed', target: 'invalid', meta: { rule: 'ACL-43' } },
          { guard: 'someAuthIsOfNobody', target: 'invalid', meta: { rule: 'ACL-44' } },
          { guard: 'someSchemeIsUnknown', target: 'invalid', meta: { rule: 'ACL-44' } },
          { target: 'given', meta: { rule: ['ACL-40', 'ACL-44'] } },
        ],
      },
    },
    permitted: { type: 'final' },
    proved: { type: 'final' },
    provedSuper: { type: 'final' },
    given: { type: 'final' },
    invalid: { type: 'final' },
    refused: { type: 'final' },
  },
})
