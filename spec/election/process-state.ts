/** A server as networks of elections keep it: what its machine knows, without what never changes or is always empty. */
import type { StepElection } from './step-election.js'
import {
  type ElectionContext,
  type ElectionEvent,
  nothingKnown,
  type Notification,
  type Send,
  type Server,
} from './election-types.js'

/** A server's state. */
export type ElectionLocal = Omit<ElectionContext, 'server' | 'outbox'> & { readonly value: string }

/** A step of one server. */
export interface LocalStep {
  readonly local: ElectionLocal
  readonly sends: readonly Send[]
  readonly rules: readonly string[]
}

/** A server that has not started. */
export const stoppedLocal: ElectionLocal = { value: 'stopped', ...nothingKnown }

/** A server's step, by a step of its machine; null where no transition takes the event. */
export function stepLocal(
  step: StepElection,
  server: Server,
  local: ElectionLocal,
  event: ElectionEvent,
): LocalStep | null {
  const { value, ...known } = local
  const taken = step({ value, context: { ...known, server, outbox: [] } }, event)
  if (taken === null) return null
  return { local: localOf(taken.value, taken.context), sends: taken.sends, rules: taken.rules }
}

/** What a server that looks may do by itself. */
export function ownEvents({ value }: ElectionLocal): readonly ElectionEvent[] {
  if (value === 'looking.settling') return [{ type: 'SETTLE' }]
  return value === 'looking.collecting' ? [{ type: 'RESEND' }] : []
}

export const isLooking = ({ value }: { readonly value: string }): boolean => value.startsWith('looking')

/** A channel after one more: the newest takes the place of the one before it when the channel is full (ELECTION-75). */
export function queued(
  channel: readonly Notification[],
  newest: Notification,
  capacity: number,
): readonly Notification[] {
  return [...channel.slice(0, capacity - 1), newest]
}

function localOf(value: string, context: ElectionContext): ElectionLocal {
  const { round, own, vote, last, received, established, supporters } = context
  return { value, round, own, vote, last, received, established, supporters }
}
