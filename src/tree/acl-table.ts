/**
 * Every distinct ACL once: a million znodes rarely have more than a handful, and snapshots refer to them by number.
 */
import type { Acl } from '../../spec/vocabulary/index.js'

/** Interns ACLs: equal lists become the same object. */
export class AclTable {
  private readonly lists = new Map<string, readonly Acl[]>()
  private lastText = ''
  private lastList: readonly Acl[] | undefined

  /** The one list that stands for all that equal this one. */
  intern(acl: readonly Acl[]): readonly Acl[] {
    if (acl === this.lastList) return acl
    const text = textOf(acl)
    if (text === this.lastText && this.lastList !== undefined) return this.lastList
    let list = this.lists.get(text)
    if (list === undefined) {
      list = acl
      this.lists.set(text, list)
    }
    this.lastText = text
    this.lastList = list
    return list
  }

  /** Every list that a znode has or had since the start. */
  get all(): Iterable<readonly Acl[]> {
    return this.lists.values()
  }

  /** How many distinct lists there are. */
  get size(): number {
    return this.lists.size
  }
}

/** A text that only equal lists share: lengths keep ids with separators apart. */
function textOf(acl: readonly Acl[]): string {
  let text = ''
  for (const { perms, id } of acl)
    text += `${perms}:${id.scheme.length}:${id.scheme}:${id.id.length}:${id.id};`
  return text
}
