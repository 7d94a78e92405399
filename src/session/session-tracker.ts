/**
 * The sessions that exist, and when each is due: in sets by the tick in which they expire, so that hearing from a client
 * costs little and finding the overdue costs nothing while there are none. Carries SESSION-30 to SESSION-33.
 */
import type { SessionId } from '../../spec/vocabulary/index.js'

interface Session {
  readonly id: SessionId
  /** As its creation says; what a snapshot keeps. */
  readonly created: number
  /** The end of the tick in which it expires. */
  due: number
  /** Its end is decided: it can't be touched or renewed any more. */
  isClosing: boolean
}

/** Makes session ids, and knows which sessions are overdue. All times are milliseconds. */
export class SessionTracker {
  private readonly sessions = new Map<SessionId, Session>()
  private readonly sets = new Map<number, Set<Session>>()
  private readonly tickTime: number
  private next: SessionId

  /** @param sid the server's id, which becomes the top byte of every session id that it gives out; 0 for a standalone one */
  constructor(tickTime: number, sid: number, now: number) {
    this.tickTime = tickTime
    // The lower seven bytes from the clock, so that ids don't repeat after a restart.
    const clock = (BigInt.asUintN(64, BigInt(Math.floor(now)) << 24n) >> 8n) & ((1n << 56n) - 1n)
    this.next = BigInt.asIntN(64, (BigInt(sid) << 56n) | clock)
  }

  get count(): number {
    return this.sessions.size
  }

  /** A session that a client is about to get: it lives from now on. */
  // SESSION-11, SESSION-12
  create(timeout: number, now: number): SessionId {
    const id = this.next
    this.next = BigInt.asIntN(64, this.next + 1n) // SESSION-11
    this.add(id, timeout, now)
    return id
  }

  /** SESSION-70: a session that the log or a snapshot tells of counts as heard of now. */
  add(id: SessionId, timeout: number, now: number): void {
    if (this.sessions.has(id)) return
    const session = { id, created: timeout, due: 0, isClosing: false }
    this.sessions.set(id, session)
    this.schedule(session, timeout, now)
  }

  remove(id: SessionId): void {
    const session = this.sessions.get(id)
    if (session === undefined) return
    this.sessions.delete(id)
    this.unschedule(session)
  }

  /** Whether a session exists and its end isn't decided. */
  isOpen(id: SessionId): boolean {
    return this.sessions.get(id)?.isClosing === false
  }

  /** Heard from a session's client: false when there is no such session, or its end is decided. */
  touch(id: SessionId, timeout: number, now: number): boolean {
    const session = this.sessions.get(id)
    if (session === undefined || session.isClosing) return false // SESSION-32
    const due = this.endOfTick(now + timeout) // SESSION-26
    if (due !== session.due) {
      this.unschedule(session)
      this.schedule(session, timeout, now)
    }
    return true
  }

  /** A session's end is decided. */
  close(id: SessionId): void {
    const session = this.sessions.get(id)
    if (session !== undefined) session.isClosing = true
  }

  /** The sessions that are overdue; each is told once, and its end is decided by that. */
  overdue(now: number): SessionId[] {
    const ids: SessionId[] = []
    for (const [due, set] of this.sets) {
      if (due > now) continue
      this.sets.delete(due)
      for (const session of set) {
        if (session.isClosing) continue
        session.isClosing = true // SESSION-32, SESSION-81
        ids.push(session.id)
      }
    }
    return ids
  }

  /** SESSION-43: every session with the timeout that it was created with. */
  entries(): [SessionId, number][] {
    return [...this.sessions.values()].map(({ id, created }) => [id, created])
  }

  /** Sessions by when they are due, earliest first. */
  byExpiry(): [number, SessionId[]][] {
    return [...this.sets]
      .map(([due, set]): [number, SessionId[]] => [due, [...set].map(({ id }) => id)])
      .sort(([a], [b]) => a - b)
  }

  private schedule(session: Session, timeout: number, now: number): void {
    session.due = this.endOfTick(now + timeout)
    let set = this.sets.get(session.due)
    if (set === undefined) this.sets.set(session.due, (set = new Set()))
    set.add(session)
  }

  private unschedule(session: Session): void {
    const set = this.sets.get(session.due)
    set?.delete(session)
    if (set?.size === 0) this.sets.delete(session.due)
  }

  private endOfTick(time: number): number {
    // SESSION-30, SESSION-31
    return (Math.floor(time / this.tickTime) + 1) * this.tickTime
  }
}
