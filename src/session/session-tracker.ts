/**
 * The sessions that exist, and when each is due: in sets by the tick in which they expire, so that hearing from a client
 * costs little and finding the overdue costs nothing while there are none. Each session's life is `session-life-machine.ts`, of which it
 * keeps the state's number. Carries SESSION-30 to SESSION-33.
 */
import { ErrorCode, type SessionId } from '../../spec/vocabulary/index.js'
import { compile, type StateNumber } from '../machine/compile.js'
import type { SessionIds } from './session-ids.js'
import { type LifeContext, type LifeEvent, sessionLifeMachine } from './session-life-machine.js'

const life = compile(sessionLifeMachine)
const opening = life.stateOf('opening')
const open = life.stateOf('open')

const CREATED: LifeEvent = { type: 'CREATED' }
const TOUCH: LifeEvent = { type: 'TOUCH' }
const OVERDUE: LifeEvent = { type: 'OVERDUE' }
const CLOSE: LifeEvent = { type: 'CLOSE' }
const REMOVE: LifeEvent = { type: 'REMOVE' }

interface Session {
  readonly id: SessionId
  /** As its creation says; what a snapshot keeps. */
  created: number
  /** The end of the tick in which it expires. */
  due: number
  /** Where its life is; a state of the machine. */
  state: StateNumber
  /** The server through which its client asks; undefined until one is known. */
  owner: bigint | undefined
}

/** Knows which sessions there are, and which are overdue. All times are milliseconds. */
export class SessionTracker implements LifeContext {
  private readonly sessions = new Map<SessionId, Session>()
  private readonly sets = new Map<number, Set<Session>>()
  /** The session whose life takes a step, and the due time that it would get: what the machine's actions work on. */
  private current!: Session
  private nextDue = 0
  private reported: SessionId[] = []
  /** Sessions heard of since they were last told, with their timeouts, where somebody wants to be told. */
  private heard: Map<SessionId, number> | undefined

  constructor(
    private readonly tickTime: number,
    private readonly ids: SessionIds,
  ) {}

  get count(): number {
    return this.sessions.size
  }

  /** An id for a session that a client asks for. There is no such session before {@link add} says that it is created. */
  create(timeout: number, now: number): SessionId {
    const id = this.ids.give()
    this.enter(id, timeout, now)
    return id
  }

  /** A session whose id another server gave out: there is none before {@link add} says that it is created. */
  admit(id: SessionId, timeout: number, now: number): void {
    if (!this.sessions.has(id)) this.enter(id, timeout, now)
  }

  /** SESSION-53: a session that the leader says is alive. */
  learn(id: SessionId, timeout: number, now: number): void {
    if (!this.sessions.has(id)) this.add(id, timeout, now)
  }

  /** SESSION-10, SESSION-70: a session whose creation has taken effect, here (where its id is known) or in what was recovered. */
  add(id: SessionId, timeout: number, now: number): void {
    const session = this.sessions.get(id) ?? this.enter(id, timeout, now)
    session.created = timeout
    this.step(session, CREATED)
  }

  remove(id: SessionId): void {
    const session = this.sessions.get(id)
    if (session === undefined) return
    this.step(session, REMOVE)
    if (life.isFinal(session.state)) this.sessions.delete(id)
  }

  /** Whether a session exists and its end isn't decided. */
  isOpen(id: SessionId): boolean {
    return this.sessions.get(id)?.state === open
  }

  /** SESSION-50, SESSION-54: its client asks through the server with this sid from now on. */
  claim(id: SessionId, owner: bigint): void {
    const session = this.sessions.get(id)
    if (session !== undefined) session.owner = owner
  }

  /** SESSION-51: what stands in the way of a request of the session's that came through a server: an {@link ErrorCode}. */
  check(id: SessionId, through: bigint): number {
    const session = this.sessions.get(id)
    if (session?.state !== open) return ErrorCode.SessionExpired
    const { owner = through } = session
    return owner === through ? ErrorCode.Ok : ErrorCode.SessionMoved
  }

  /** Heard from a session's client: false when there is no such session, or its end is decided. */
  touch(id: SessionId, timeout: number, now: number): boolean {
    const session = this.sessions.get(id)
    if (session === undefined) return false
    this.heard?.set(id, timeout)
    const due = this.endOfTick(now + timeout) // SESSION-26
    // Most requests come in the tick of the one before.
    if (due !== session.due) {
      this.nextDue = due
      this.step(session, TOUCH)
    }
    return session.state === open // SESSION-32
  }

  /** BROADCAST-59: the sessions heard of since the last call, with the timeouts that they were heard with: what a learner tells its leader. */
  takeHeard(): ReadonlyMap<SessionId, number> {
    const heard = this.heard ?? new Map<SessionId, number>()
    this.heard = new Map()
    return heard
  }

  /** A session's end is decided. */
  close(id: SessionId): void {
    const session = this.sessions.get(id)
    if (session !== undefined) this.step(session, CLOSE)
  }

  /** The sessions that are overdue; each is told once, and its end is decided by that. */
  overdue(now: number): SessionId[] {
    this.reported = []
    for (const [due, set] of this.sets) {
      if (due > now) continue
      this.sets.delete(due)
      for (const session of set) {
        this.nextDue = this.endOfTick(now)
        this.step(session, OVERDUE) // SESSION-32, SESSION-81
      }
    }
    return this.reported
  }

  /** SESSION-43: every session that exists, with the timeout that it was created with: what a snapshot keeps. */
  entries(): [SessionId, number][] {
    return [...this.sessions.values()]
      .filter(({ state }) => state !== opening)
      .map(({ id, created }) => [id, created])
  }

  /** Sessions by when they are due, earliest first. */
  byExpiry(): [number, SessionId[]][] {
    return [...this.sets]
      .map(([due, set]): [number, SessionId[]] => [due, [...set].map(({ id }) => id)])
      .sort(([a], [b]) => a - b)
  }

  /** For {@link sessionLifeMachine}. */
  reschedule(): void {
    this.unschedule()
    this.current.due = this.nextDue
    this.schedule(this.current)
  }

  /** For {@link sessionLifeMachine}. */
  unschedule(): void {
    const { due } = this.current
    const set = this.sets.get(due)
    set?.delete(this.current)
    if (set?.size === 0) this.sets.delete(due)
  }

  /** For {@link sessionLifeMachine}. */
  report(): void {
    this.reported.push(this.current.id)
  }

  private step(session: Session, event: LifeEvent): void {
    this.current = session
    session.state = life.step(session.state, this, event)
  }

  private enter(id: SessionId, timeout: number, now: number): Session {
    this.ids.goBehind(id)
    const session: Session = {
      id,
      created: timeout,
      due: this.endOfTick(now + timeout),
      state: life.initial,
      owner: undefined,
    }
    this.sessions.set(id, session)
    this.schedule(session)
    return session
  }

  private schedule(session: Session): void {
    let set = this.sets.get(session.due)
    if (set === undefined) this.sets.set(session.due, (set = new Set()))
    set.add(session)
  }

  private endOfTick(time: number): number {
    // SESSION-30, SESSION-31, SESSION-83
    return (Math.floor(time / this.tickTime) + 1) * this.tickTime
  }
}
