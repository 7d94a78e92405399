/**
 * Access control: who may do what to a znode, which ACLs may be given to one, and what an auth request proves.
 * Carries ACL-10 to ACL-61.
 */
import { ErrorCode, type Acl, type AskedAcl, type Bytes, type Id } from '../vocabulary/index.js'
import { base64, sha1 } from './sha1.js'

/** What of the configuration access depends on. */
export interface AclSettings {
  readonly skipAcl: boolean
  /** `user:base64(sha1(user:password))` of the super user, if there is one. */
  readonly superDigest: string | null
}

/** Whether one of the identities has one of the permissions (ACL-20 to ACL-24). `perms`: bits of `Perms`. */
export function permits(
  acl: readonly Acl[],
  perms: number,
  identities: readonly Id[],
  settings: Pick<AclSettings, 'skipAcl'>,
): boolean {
  if (settings.skipAcl || acl.length === 0) return true
  if (identities.some(({ scheme }) => scheme === 'super')) return true
  return acl.some(
    (entry) =>
      (entry.perms & perms) !== 0 &&
      (isAnyone(entry.id) || identities.some((identity) => matches(identity, entry.id))),
  )
}

/** The ACL that a znode gets when a client asks for this one, or the error of its first entry that can't be given (ACL-40 to ACL-45). */
export function fixup(
  asked: readonly AskedAcl[] | null,
  identities: readonly Id[],
): { readonly acl: readonly Acl[] } | { readonly err: ErrorCode } {
  const unique: AskedAcl[] = []
  for (const entry of asked ?? []) if (!unique.some((other) => isSame(other, entry))) unique.push(entry)
  const invalid = { err: ErrorCode.InvalidACL }
  if (unique.length === 0) return invalid
  const fixed: Acl[] = []
  for (const {
    perms,
    id: { scheme, id },
  } of unique) {
    if (scheme === 'auth') {
      const proved = identities.filter((identity) => identity.scheme === 'digest')
      if (proved.length === 0) return invalid
      for (const identity of proved) fixed.push({ perms, id: identity })
    } else if (id === null) {
      return schemesWithIds.has(scheme) ? { err: ErrorCode.MarshallingError } : invalid
    } else if (isAnyone({ scheme, id }) || isValidId({ scheme, id })) {
      fixed.push({ perms, id: { scheme, id } })
    } else return invalid
  }
  return { acl: fixed }
}

/** The schemes whose ids are looked at: a null one can't be (ACL-45). */
const schemesWithIds: ReadonlySet<string> = new Set(['world', 'digest', 'ip'])

/** The identities of a connection after an auth request; undefined when it proves nothing (ACL-30 to ACL-33). */
export function authenticate(
  scheme: string,
  auth: Bytes | null,
  known: readonly Id[],
  settings: Pick<AclSettings, 'superDigest'>,
): readonly Id[] | undefined {
  if (scheme === 'ip') return adding(known, known[0]!)
  if (scheme !== 'digest' || auth === null) return undefined
  const digest = digestOf(auth)
  const proved = digest === settings.superDigest ? adding(known, { scheme: 'super', id: '' }) : known
  return adding(proved, { scheme, id: digest })
}

/** The id that `user:password` proves (ACL-30). */
export function digestOf(auth: Bytes): string {
  const text = new TextDecoder().decode(auth)
  return `${text.split(':')[0]!}:${base64(sha1(utf8(text)))}`
}

/** An ACL as those see it who may not change it: without the digests (ACL-51). */
export function masked(acl: readonly Acl[]): readonly Acl[] {
  return acl.map(({ perms, id }) =>
    id.scheme === 'digest'
      ? { perms, id: { scheme: id.scheme, id: id.id.replace(/:.*/g, ':x') } }
      : { perms, id },
  )
}

/** Whether an entry is for everybody. */
export const isAnyone = ({ scheme, id }: Id): boolean => scheme === 'world' && id === 'anyone'

const isSame = (a: AskedAcl, b: AskedAcl): boolean =>
  a.perms === b.perms && a.id.scheme === b.id.scheme && a.id.id === b.id.id

function adding(known: readonly Id[], identity: Id): readonly Id[] {
  return known.some(({ scheme, id }) => scheme === identity.scheme && id === identity.id)
    ? known
    : [...known, identity]
}

/** Whether a client's identity is one that an entry means. */
export function matches(identity: Id, entry: Id): boolean {
  if (identity.scheme !== entry.scheme) return false
  if (entry.scheme === 'digest') return identity.id === entry.id
  if (entry.scheme !== 'ip') return false
  const block = blockOf(entry.id)
  const address = addressOf(identity.id)
  if (block === undefined || address === undefined) return false
  return block.bits === 0 || (block.address ^ address) >>> (32 - block.bits) === 0
}

/** Whether an id can stand in an ACL: of these schemes, beside `world` and `auth` (ACL-11, ACL-42, ACL-43). */
export function isValidId({ scheme, id }: Id): boolean {
  if (scheme === 'ip') return blockOf(id) !== undefined
  return scheme === 'digest' && /^[^:]*:[^:]+:*$/.test(id)
}

function addressOf(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,9}$/.test(part) && Number(part) <= 255))
    return undefined
  return parts.reduce((address, part) => (address << 8) | Number(part), 0)
}

function blockOf(text: string): { address: number; bits: number } | undefined {
  const slash = text.indexOf('/')
  const address = addressOf(slash === -1 ? text : text.slice(0, slash))
  const bits = slash === -1 ? '32' : text.slice(slash + 1)
  if (address === undefined || !/^\d{1,9}$/.test(bits) || Number(bits) > 32) return undefined
  return { address, bits: Number(bits) }
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text)
