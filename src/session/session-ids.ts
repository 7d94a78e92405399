/**
 * The ids that a server gives its sessions (SESSION-11, SESSION-12, SESSION-13). One for as long as the server runs, whatever roles it has: its
 * clock may have been set back, or have not gone on, since it began.
 */
import type { SessionId } from '../../spec/vocabulary/index.js'

/** The owner of every container (SESSION-13). */
const containerOwner = -(1n << 63n)
/** What stands below the server's number. */
const low = (1n << 56n) - 1n

export class SessionIds {
  private next: SessionId

  /** @param sid the server's number, the top byte of each id; @param now milliseconds, the five bytes below it */
  constructor(sid: number, now: number) {
    const clock = (BigInt.asUintN(64, BigInt(Math.floor(now)) << 24n) >> 8n) & low
    this.next = BigInt.asIntN(64, (BigInt(sid) << 56n) | clock)
  }

  give(): SessionId {
    if (this.next === containerOwner) this.next++
    const id = this.next
    this.next = BigInt.asIntN(64, id + 1n)
    return id
  }

  /** A session has this id, whoever gave it: the next ones come behind it, if it is of this server's number. */
  goBehind(id: SessionId): void {
    if (id >> 56n === this.next >> 56n && (id & low) >= (this.next & low))
      this.next = BigInt.asIntN(64, id + 1n)
  }
}
