/**
 * The authentication schemes (ACL-11): what an id of theirs looks like, and when a client's id matches an ACL's.
 */
import type { Id } from '../../spec/vocabulary/index.js'

/** A scheme that ACLs may name. `world` and `auth` are not among them: they stand for no client's id. */
export interface Scheme {
  /** Whether an id can stand in an ACL. */
  isValid(id: string): boolean
  /** Whether a client with this id is one that the ACL's id means. */
  matches(clientId: string, aclId: string): boolean
  /** Whether having such an id proves who the client is, so that `auth` may stand for it. */
  readonly authenticated: boolean
  /** The part of an id that names a user. */
  userOf(id: string): string
}

/** `user:base64(sha1(user:password))`. */
const digest: Scheme = {
  isValid: (id) => {
    // As Java splits: what is empty at the end doesn't count.
    const parts = id.split(':')
    while (parts.length > 0 && parts.at(-1) === '') parts.pop()
    return parts.length === 2
  },
  matches: (clientId, aclId) => clientId === aclId,
  authenticated: true,
  userOf: (id) => id.split(':')[0] ?? id,
}

/** An IPv4 address, or a block of them: `10.0.0.0/8`. */
const ip: Scheme = {
  isValid: (id) => parseBlock(id) !== undefined,
  matches: (clientId, aclId) => {
    const block = parseBlock(aclId)
    const address = parseAddress(clientId)
    if (block === undefined || address === undefined) return false
    // ACL-24
    return block.bits === 0 || (address ^ block.address) >>> (32 - block.bits) === 0
  },
  authenticated: false,
  userOf: (id) => id,
}

/** A certificate's subject, as an X.500 name. Offered when `authProvider.x509` is configured. */
const x509: Scheme = {
  isValid: (id) => isDistinguishedName(id),
  matches: (clientId, aclId) => clientId === aclId,
  authenticated: true,
  userOf: (id) => id,
}

function parseAddress(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let address = 0
  for (const part of parts) {
    if (!/^\d{1,10}$/.test(part) || Number(part) > 255) return undefined
    address = (address << 8) | Number(part)
  }
  return address
}

function parseBlock(text: string): { address: number; bits: number } | undefined {
  const [before = '', ...after] = text.split('/')
  const address = parseAddress(before)
  if (address === undefined) return undefined
  if (after.length === 0) return { address, bits: 32 }
  const bits = after.join('/')
  if (!/^\d{1,10}$/.test(bits) || Number(bits) > 32) return undefined
  return { address, bits: Number(bits) }
}

function isDistinguishedName(text: string): boolean {
  if (text === '') return true
  return text
    .split(/(?<!\\)[,;+]/)
    .every((part) => /^\s*(?:[A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)\s*=/.test(part))
}

/** The schemes of a server, by name. */
export function schemesOf(options: { readonly x509: boolean }): ReadonlyMap<string, Scheme> {
  const schemes = new Map<string, Scheme>([
    ['digest', digest],
    ['ip', ip],
  ])
  if (options.x509) schemes.set('x509', x509)
  return schemes
}

/** SERVICE-38: what `whoAmI` tells: each identity with the part that names a user. */
export function clientInfoOf(identities: readonly Id[], schemes: ReadonlyMap<string, Scheme>) {
  return identities.map(({ scheme, id }) => ({
    authScheme: scheme,
    user: schemes.get(scheme)?.userOf(id) ?? id,
  }))
}
