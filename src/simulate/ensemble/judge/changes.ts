/** When each znode changed: what watches wait for. */
import type { Zxid } from '../../../../spec/vocabulary/index.js'
import type { Watched } from './spec-order.js'

/** Changes of a znode that are kept; a watch that waits for longer is found by the oldest of them. */
const kept = 1000

export class Changes {
  private readonly byPath = new Map<string, Zxid[]>()

  add(kind: Watched, path: string, zxid: Zxid): void {
    const key = `${kind} ${path}`
    let list = this.byPath.get(key)
    if (list === undefined) this.byPath.set(key, (list = []))
    list.push(zxid)
    if (list.length > 2 * kept) list.splice(0, kept)
  }

  /** The first change after a zxid. */
  firstAfter(kind: Watched, path: string, since: Zxid): Zxid | undefined {
    const list = this.byPath.get(`${kind} ${path}`)
    if (list === undefined || list.at(-1)! <= since) return undefined
    let at = list.length - 1
    while (at > 0 && list[at - 1]! > since) at--
    return list[at]
  }
}
