/**
 * A client's connection for the checker: spec/wire's machine by every event, with its invariants, and with a count of its own
 * of what is owed to the client.
 */
import { varied, type Variant } from '../../../spec/variants/variant.js'
import { wireInvariants } from '../../../spec/wire/wire-invariants.js'
import { wireMachine, type WireContext, type WireEvents } from '../../../spec/wire/wire-machine.js'
import { compilePure, type PureMachine } from '../../machine/compile-pure.js'
import type { Model } from '../model/model.js'
import { brokenOf, statement, type Broken, type Statement } from './statements.js'

export interface WireBounds {
  /** Requests that are not answered yet, at most. */
  readonly outstanding: number
}
export const defaultWireBounds: WireBounds = { outstanding: 5 }

export interface WireState {
  readonly value: string
  readonly answered: boolean
  readonly outstanding: number
  /** Replies that the client waits for. */
  readonly owed: number
  /** The client has asked to close its session. */
  readonly isLeaving: boolean
  readonly broken: readonly Broken[]
}

const sessions = [
  'unreadable',
  'not served',
  'client ahead',
  'new',
  'to be asked for',
  'renewed',
  'refused',
] as const
const frames = [
  'no header',
  'unknown type',
  'unreadable auth',
  'failed auth',
  'auth',
  'close',
  'other',
] as const
const events: readonly WireEvents[] = [
  ...(['BAD_LENGTH', 'WORD', 'ESTABLISHED', 'REPLY', 'SESSION_CLOSED', 'NOTIFY'] as const).map((type) => ({
    type,
  })),
  ...(['END', 'IDLE', 'SENT', 'LOST'] as const).map((type) => ({ type })),
  ...[true, false].map((alive) => ({ type: 'REVALIDATED' as const, alive })),
  ...sessions.map((session) => ({ type: 'HANDSHAKE' as const, session })),
  ...frames.map((frame) => ({ type: 'REQUEST' as const, frame })),
]

/** What is sent to the client, by the machine's actions. */
const sends: ReadonlySet<string> = new Set([
  'welcome',
  'refuse',
  'answerWord',
  'reply',
  'notify',
  'replyAuth',
  'replyAuthFailed',
  'replyUnimplemented',
])
const answers: ReadonlySet<string> = new Set(['welcome', 'refuse', 'answerWord'])

const early = statement('WIRE-90', 'nothing is sent before the handshake is answered, nor when closing')
const once = statement('WIRE-90', 'the handshake is answered once')
const counted = statement('WIRE-91', 'what is outstanding is what the client waits for')
const notLost = statement('WIRE-91', 'no reply is owed when all that was due is sent')
const leaving = statement('WIRE-70', 'nothing is taken behind closeSession')
const statements: readonly Statement[] = [
  ...wireInvariants.map(({ rule, name }) => statement(rule, name)),
  early,
  once,
  counted,
  notLost,
  leaving,
]

/** A connection within bounds, its machine as it is or as a variant has it. */
export function wire(bounds: Partial<WireBounds> = {}, variant?: Variant): Model<WireState, WireEvents> {
  const { outstanding: most } = { ...defaultWireBounds, ...bounds }
  const machine: PureMachine<WireContext, WireEvents> = compilePure(varied(wireMachine, variant))
  const contextOf = ({ answered, outstanding }: WireState): WireContext => ({ answered, outstanding })
  const start = machine.initial({ answered: false, outstanding: 0 })

  return {
    name: 'wire',
    processes: [],
    initial: () => [{ value: start.value, ...start.context, owed: 0, isLeaving: false, broken: [] }],
    actions: (state) =>
      state.broken.length > 0
        ? []
        : events.filter(
            (event) =>
              machine.can(state.value, contextOf(state), event) &&
              (event.type !== 'REQUEST' || state.outstanding < most),
          ),
    next(state, event) {
      const step = machine.step(state.value, contextOf(state), event)
      if (step === null) throw new Error(`no rule allows ${formatEvent(event)}`)
      const { value, context, transition } = step
      const { actions } = transition
      const count = (name: string) => actions.filter((each) => each === name).length
      const owed = state.owed + count('take') - count('reply')
      const isOver = value === 'closed' || actions.includes('dropOutstanding')
      const after = { value, ...context, owed: isOver ? 0 : owed, isLeaving: isLeaving(state, event) }
      return { ...after, broken: judged(state, actions, { ...after, broken: [] }) }
    },
    invariants: statements.map((each) => brokenOf<WireState>(each)),
    mayEnd: ({ value, broken }) => value === 'closed' || broken.length > 0,
    goal: {
      rule: 'WIRE-71',
      name: 'a connection can end in order',
      holds: ({ value }) => value === 'closed',
      isFault: (event) => event.type === 'LOST' || event.type === 'END' || event.type === 'IDLE',
    },
    tell: (before, event) => ({
      text: formatEvent(event),
      rules: machine.step(before.value, contextOf(before), event)?.transition.rules ?? [],
    }),
    show: ({ value, answered, outstanding, owed }) => ({
      connection: value,
      handshake: answered ? 'answered' : 'not answered',
      outstanding: String(outstanding),
      owed: String(owed),
    }),
  }
}

const isLeaving = (state: WireState, event: WireEvents): boolean =>
  state.isLeaving || (event.type === 'REQUEST' && event.frame === 'close')

function judged(before: WireState, actions: readonly string[], after: WireState): readonly Broken[] {
  const broken: Broken[] = []
  for (const { rule, name, broken: findingOf } of wireInvariants)
    if (findingOf(after.value, after) !== null)
      broken.push({ rule, name, found: `${after.value} with ${after.outstanding}` })
  const sent = actions.filter((name) => sends.has(name))
  const isAnswer = sent.every((name) => answers.has(name))
  if (sent.length > 0 && !before.answered && !isAnswer)
    broken.push({ ...early, found: `${sent.join()} before the handshake was answered` })
  if (sent.length > 0 && (before.value === 'closing' || before.value === 'closed'))
    broken.push({ ...early, found: `${sent.join()} when ${before.value}` })
  if (before.answered && sent.some((name) => answers.has(name))) broken.push({ ...once, found: sent.join() })
  if (after.outstanding !== after.owed && after.value !== 'closed')
    broken.push({ ...counted, found: `${after.outstanding} outstanding, ${after.owed} owed` })
  if (after.value === 'closing' && after.owed > 0) broken.push({ ...notLost, found: `${after.owed} replies` })
  if (before.isLeaving && actions.includes('take'))
    broken.push({ ...leaving, found: `taken when ${before.value}` })
  return broken
}

function formatEvent(event: WireEvents): string {
  if (event.type === 'HANDSHAKE') return `HANDSHAKE: ${event.session}`
  return event.type === 'REQUEST' ? `REQUEST: ${event.frame}` : event.type
}
