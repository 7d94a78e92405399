/**
 * May this client do that to this znode? And which ACLs may it give to one?
 */
import { type Acl, type AskedAcl, ErrorCode, type Id, openAcl } from '../../spec/vocabulary/index.js'
import { schemesOf, type Scheme } from './schemes.js'

/** What the configuration says of access. */
export interface AccessOptions {
  /** `skipACL`: nobody is refused. */
  readonly skipAcl: boolean
  /** Whether the `x509` scheme is offered. */
  readonly x509: boolean
}

/** The decisions about access of one server. */
export class Access {
  readonly schemes: ReadonlyMap<string, Scheme>

  constructor(readonly options: AccessOptions = { skipAcl: false, x509: false }) {
    this.schemes = schemesOf(options)
  }

  /** Whether one of the identities has one of the permissions (bits of `Perms`, ACL-10). */
  permits(acl: readonly Acl[], perms: number, identities: readonly Id[]): boolean {
    if (this.options.skipAcl || acl.length === 0) return true // ACL-20, ACL-21
    // By far the most usual, and nothing needs to be known of the client.
    for (const { perms: granted, id } of acl) {
      if ((granted & perms) !== 0 && id.scheme === 'world' && id.id === 'anyone') return true
    }
    if (identities.some(({ scheme }) => scheme === 'super')) return true // ACL-22
    for (const { perms: granted, id } of acl) {
      if ((granted & perms) === 0) continue
      const scheme = this.schemes.get(id.scheme)
      if (scheme === undefined) continue
      for (const own of identities) {
        if (own.scheme === id.scheme && scheme.matches(own.id, id.id)) return true // ACL-23
      }
    }
    return false
  }

  /**
   * The ACL that a znode gets when a client asks for this one: duplicates dropped, `auth` replaced by what the
   * client has proved. An error's code when it is invalid: empty, an unknown scheme, a malformed id, `auth` of nobody.
   */
  fixup(acl: readonly AskedAcl[] | null, identities: readonly Id[]): readonly Acl[] | ErrorCode {
    if (acl === openAcl) return openAcl
    if (acl === null || acl.length === 0) return ErrorCode.InvalidACL // ACL-40, TREE-34, TREE-61
    const fixed: Acl[] = []
    for (const [i, entry] of acl.entries()) {
      if (acl.findIndex((other) => isSame(other, entry)) < i) continue
      const { perms } = entry
      const { scheme, id } = entry.id
      if (scheme === 'auth') {
        // ACL-44
        const proved = identities.filter((own) => this.schemes.get(own.scheme)?.authenticated)
        if (proved.length === 0) return ErrorCode.InvalidACL
        fixed.push(...proved.map((own) => ({ perms, id: own })))
      } else if (id === null) {
        // ACL-45
        const isKnown = scheme === 'world' || this.schemes.has(scheme)
        return isKnown ? ErrorCode.MarshallingError : ErrorCode.InvalidACL
      } else if (scheme === 'world' ? id === 'anyone' : this.schemes.get(scheme)?.isValid(id) === true) {
        fixed.push({ perms, id: { scheme, id } }) // ACL-41, ACL-42, ACL-43
      } else {
        return ErrorCode.InvalidACL
      }
    }
    return fixed
  }

  /** ACL-51: the ACL as `getACL` shows it to those who may not change it: without the digests. */
  masked(acl: readonly Acl[]): readonly Acl[] {
    return acl.map((entry) =>
      entry.id.scheme === 'digest'
        ? { perms: entry.perms, id: { scheme: 'digest', id: entry.id.id.replace(/:.*/g, ':x') } }
        : entry,
    )
  }
}

function isSame(a: AskedAcl, b: AskedAcl): boolean {
  return a.perms === b.perms && a.id.scheme === b.id.scheme && a.id.id === b.id.id
}
