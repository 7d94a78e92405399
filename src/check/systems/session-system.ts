/**
 * Sessions for the checker: a machine for each, and the model of them all beside it, by every event. What they disagree
 * about is broken, and so is what the invariants of spec/session say. Time goes on in steps of half a tick, and only what is
 * still to come of it is kept, so there is no end to it.
 */
import { sessionInvariants, sessionStepInvariants } from '../../../spec/session/session-invariants.js'
import {
  sessionMachine,
  type SessionContext,
  type SessionEvents,
  type SessionInput,
} from '../../../spec/session/session-machine.js'
import * as model from '../../../spec/session/session-model.js'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import { compilePure, type PureMachine } from '../../machine/compile-pure.js'
import type { Model } from '../model/model.js'
import {
  asked,
  byModel,
  epoch,
  eventOf,
  idOf,
  settings,
  formatAction,
  type SessionAction,
} from './session/session-steps.js'
import { brokenOf, statement, type Broken, type Statement } from './statements.js'

export type { SessionAction } from './session/session-steps.js'

export interface SessionBounds {
  readonly sessions: number
  /** Connections that clients have altogether. */
  readonly connections: number
}
export const defaultSessionBounds: SessionBounds = { sessions: 2, connections: 2 }

/** A session's machine. Times are those still to come, or gone by, as of now. */
export interface PlainSession {
  readonly value: string
  readonly timeOut: number
  /** 0 when it is overdue. */
  readonly overdueIn: number
  readonly connection: number | null
}

/** A session in the model. */
export interface PlainEntry {
  readonly timeOut: number
  readonly overdueIn: number
  readonly connection: number | null
  readonly closing: boolean
}

export interface SessionState {
  /** How far into its tick the time is. */
  readonly phase: number
  readonly machines: readonly (PlainSession | null)[]
  readonly model: readonly (PlainEntry | null)[]
  /** How long each client has been silent; of one that is overdue, how long it was when it became so. */
  readonly silent: readonly number[]
  readonly broken: readonly Broken[]
}

const agree: Statement = statement('SESSION-10', 'machine and model agree')
const statements: readonly Statement[] = [
  agree,
  ...sessionInvariants.map(({ rule, name }) => statement(rule, name)),
  ...sessionStepInvariants.map(({ rule, name }) => statement(rule, name)),
]

type Machine = PureMachine<SessionContext, SessionEvents>

/** Sessions within bounds, their machine as it is or as a variant has it. */
export function session(
  bounds: Partial<SessionBounds> = {},
  variant?: Variant,
): Model<SessionState, SessionAction> {
  const { sessions, connections } = { ...defaultSessionBounds, ...bounds }
  const made = varied(sessionMachine, variant)
  const machine: Machine = compilePure(made)
  const contextOf = made.config.context as unknown as (given: { input: SessionInput }) => SessionContext
  const all = Array.from({ length: sessions }, (_, at) => at)
  const none = all.map(() => null)

  /** Connections that no session is on. */
  const free = ({ machines }: SessionState): readonly number[] =>
    Array.from({ length: connections }, (_, at) => at + 1).filter(
      (connection) => !machines.some((each) => each?.connection === connection),
    )

  function actionsOn(state: SessionState, at: number): readonly SessionAction[] {
    const known = state.machines[at]
    const [connection] = free(state)
    const handshakes = connection === undefined ? [] : asked.map((each) => ({ asked: each, connection }))
    if (known === null || known === undefined)
      return handshakes.map((each) => ({ kind: 'open', session: at, ...each }))
    if (known.value === 'ended') return []
    const renewals = handshakes.flatMap((each) =>
      [true, false].map((isRight) => ({ kind: 'renew' as const, session: at, isRight, ...each })),
    )
    const kinds = ['created', 'touch', 'disconnect', 'check expiry', 'close', 'ended'] as const
    const others = kinds.map((kind) => ({ kind, session: at }))
    const context = machineContext(state, at)
    const now = epoch + state.phase
    return [...(known.value === 'opening' ? [] : renewals), ...others].filter((action) =>
      machine.can(known.value, context, eventOf(action, now)),
    )
  }

  return {
    name: 'session',
    processes: [],
    initial: () => [{ phase: 0, machines: none, model: none, silent: all.map(() => 0), broken: [] }],
    actions(state) {
      if (state.broken.length > 0) return []
      const actions = all.flatMap((at) => actionsOn(state, at))
      const isAlive = state.machines.some((each) => each !== null && each.value !== 'ended')
      return isAlive ? [...actions, { kind: 'pass' }] : actions
    },
    next(state, action) {
      if (action.kind === 'pass') return passed(state)
      const at = action.session
      const now = epoch + state.phase
      const before = decodeModel(state, now)
      if (action.kind === 'open') {
        const input = { id: idOf(at), settings, asked: action.asked, connection: action.connection, now }
        const timeOut = model.negotiate(action.asked, settings)
        const after = model.open(before, idOf(at), timeOut, action.connection, now, settings)
        const begun = machine.initial(contextOf({ input }))
        return judged(state, action, begun, after, now, true)
      }
      const known = state.machines[at]!
      const context = machineContext(state, at)
      const step = machine.step(known.value, context, eventOf(action, now))
      if (step === null) throw new Error(`no rule allows: ${formatAction(action)}`)
      const hears =
        action.kind === 'touch' ||
        (action.kind === 'renew' && action.isRight && before.get(idOf(at))?.closing === false)
      return judged(state, action, step, byModel(before, at, action, now), now, hears)
    },
    invariants: statements.map((each) => brokenOf<SessionState>(each)),
    mayEnd: ({ machines, broken }) =>
      broken.length > 0 || machines.every((each) => each !== null && each.value === 'ended'),
    goal: {
      rule: 'SESSION-33',
      name: 'every session can end',
      holds: ({ machines }) => machines.every((each) => each === null || each.value === 'ended'),
      isFault: () => false,
    },
    tell(state, action) {
      if (action.kind === 'pass' || action.kind === 'open')
        return { text: formatAction(action), rules: [action.kind === 'pass' ? 'SESSION-30' : 'SESSION-16'] }
      const known = state.machines[action.session]!
      const event = eventOf(action, epoch + state.phase)
      const step = machine.step(known.value, machineContext(state, action.session), event)
      return { text: formatAction(action), rules: step?.transition.rules ?? [] }
    },
    show: ({ machines, silent }) =>
      Object.fromEntries(
        machines.map((each, at) => {
          if (each === null) return [`session ${at + 1}`, 'none']
          const place = each.connection === null ? 'on no connection' : `on connection ${each.connection}`
          const time = `overdue in ${each.overdueIn} of ${each.timeOut}, silent for ${silent[at]}`
          return [`session ${at + 1}`, `${each.value}, ${place}, ${time}`]
        }),
      ),
  }
}

/** The state after a step, with what is wrong with it. */
function judged(
  state: SessionState,
  action: Exclude<SessionAction, { kind: 'pass' }>,
  { value, context }: { readonly value: string; readonly context: SessionContext },
  sessions: model.Sessions,
  now: number,
  hears: boolean,
): SessionState {
  const at = action.session
  const before = decodeModel(state, now)
  const silent = hears ? state.silent.with(at, 0) : state.silent
  const heardBefore = new Map(
    state.silent.map((each, session) => [idOf(session), asOf(state, session) - each]),
  )
  const heard = hears ? new Map(heardBefore).set(idOf(at), now) : heardBefore
  const cause = action.kind === 'check expiry' ? 'expiry' : 'other'
  const machines = state.machines.with(at, {
    value,
    timeOut: context.timeOut,
    // When one that is about to end would have been overdue plays no part any more.
    overdueIn: value === 'ended' || value === 'closing' ? 0 : Math.max(0, context.expiresAt - now),
    connection: context.connection,
  })
  const entry = sessions.get(idOf(at))
  const entries = state.model.with(
    at,
    entry === undefined
      ? null
      : {
          timeOut: entry.timeOut,
          overdueIn: entry.closing ? 0 : Math.max(0, entry.expiresAt - now),
          connection: entry.connection,
          closing: entry.closing,
        },
  )
  const broken: Broken[] = []
  const wanted = value === 'ended' ? undefined : { ...context, closing: value === 'closing' }
  for (const key of ['timeOut', 'expiresAt', 'connection', 'closing'] as const)
    if (wanted?.[key] !== entry?.[key])
      broken.push({
        ...agree,
        found: `${key} is ${wanted?.[key]} in the machine, ${entry?.[key]} in the model`,
      })
  // The invariants are about the machines: what the model would do with them is said by the agreement.
  const after = new Map(sessions)
  if (wanted === undefined) after.delete(idOf(at))
  else after.set(idOf(at), { ...wanted, owner: null })
  for (const { rule, name, broken: findingOf } of sessionInvariants)
    if (findingOf(after, settings, heard) !== null) broken.push({ rule, name, found: formatAction(action) })
  for (const { rule, name, broken: findingOf } of sessionStepInvariants)
    if (findingOf(before, after, now, cause, heardBefore) !== null)
      broken.push({ rule, name, found: formatAction(action) })
  const isOver = value === 'ended' || value === 'closing'
  const counted = isOver ? silent.with(at, 0) : silent
  return { phase: state.phase, machines, model: entries, silent: counted, broken }
}

/** Half a tick later. */
function passed(state: SessionState): SessionState {
  const sooner = <Timed extends PlainSession | PlainEntry>(each: Timed | null): Timed | null =>
    each === null ? null : { ...each, overdueIn: Math.max(0, each.overdueIn - 1) }
  return {
    phase: (state.phase + 1) % settings.tickTime,
    machines: state.machines.map(sooner),
    model: state.model.map(sooner),
    silent: state.silent.map((each, at) => {
      const known = state.machines[at]
      if (known === null || known === undefined || known.value === 'ended') return 0
      return known.overdueIn === 0 ? each : each + 1
    }),
    broken: [],
  }
}

function machineContext({ machines, phase }: SessionState, at: number): SessionContext {
  const { timeOut, overdueIn, connection } = machines[at]!
  const expiresAt = overdueIn === 0 ? epoch : epoch + phase + overdueIn
  return { id: idOf(at), settings, timeOut, expiresAt, connection }
}

/** The time that a session's silence is counted to: when it became overdue, which was at the beginning of a tick, or now. */
function asOf({ machines, phase }: SessionState, at: number): number {
  return machines[at]?.overdueIn === 0 ? epoch : epoch + phase
}

/** The model's sessions. One that is overdue is so since the beginning of the tick: when it became so does not matter. */
function decodeModel({ model: entries }: SessionState, now: number): model.Sessions {
  const sessions = new Map<bigint, model.Session>()
  entries.forEach((entry, at) => {
    if (entry === null) return
    const { timeOut, overdueIn, connection, closing } = entry
    const expiresAt = overdueIn === 0 ? epoch : now + overdueIn
    sessions.set(idOf(at), { id: idOf(at), timeOut, expiresAt, connection, owner: null, closing })
  })
  return sessions
}
