/** Replays a server's elections on the spec's machine: state, vote, round and what is sent, after every turn. */
import { isDeepStrictEqual } from 'node:util'
import { electionMachine } from '../../spec/election/election-machine.js'
import { type ElectionState, stepElection, stopped } from '../../spec/election/step-election.js'
import type { ElectionEvent, Send } from '../../spec/election/election-types.js'
import { serverOf } from '../../spec/election/vote.js'
import { hierarchical, majority, type Member } from '../../spec/quorum/quorum.js'
import type { TraceEvent } from '../trace/trace-event.js'
import { formatValue } from './format-event.js'
import type { Rejection } from './rejection.js'
import type { Coverage } from './rule-coverage.js'

/** The rule where none of a turn's own is known. */
const general = 'ELECTION-15'

export class ElectionValidator {
  private spec: ElectionState | undefined

  constructor(private readonly coverage?: Coverage) {}

  accept(event: TraceEvent): Rejection | undefined {
    const { input } = event
    if (input.type === 'ENSEMBLE') {
      this.spec = stopped(serverIn(input))
      return undefined
    }
    const { spec } = this
    if (spec === undefined) return reject(event, general, 'the trace does not say who is in the ensemble')
    const step = stepElection(spec, specEvent(input))
    if (step === null)
      return reject(event, general, `${input.type} has no place in ${spec.value}`, allowedIn(spec.value))
    this.coverage?.recordRules(step.rules)
    this.spec = { value: step.value, context: step.context }
    const rule = step.rules.at(-1) ?? general
    const found = { state: event.after, ...event.vars }
    const { vote, round } = step.context
    const due = { state: step.value, vote, round, sent: step.sends.map(sendOf) }
    for (const part of ['state', 'vote', 'round', 'sent'] as const) {
      const [is, expected] = [plain(found[part as keyof typeof found]), due[part]]
      if (isDeepStrictEqual(is, expected)) continue
      return reject(event, rule, `${part} ${formatValue(is)} after ${input.type} in ${spec.value}`, [
        `${part} ${formatValue(expected)}`,
      ])
    }
    return undefined
  }
}

function serverIn(input: TraceEvent['input']) {
  const { member, voters, observers, groups } = input as unknown as {
    readonly member: number
    readonly voters: readonly number[]
    readonly observers: readonly number[]
    readonly groups: readonly (readonly Member[])[]
  }
  const quorums = [groups.length === 0 ? majority(voters) : hierarchical(groups)]
  return serverOf(member, { quorums, observers })
}

const specEvent = (input: TraceEvent['input']): ElectionEvent => plain(input) as ElectionEvent

/** The spec counts with plain numbers. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

const sendOf = ({ to, notification: { state, vote, round } }: Send) => ({ to, state, vote, round })

function allowedIn(value: string): readonly string[] {
  const path = value.split('.')
  let node = electionMachine.root
  const events = new Set<string>()
  for (const key of ['', ...path]) {
    if (key !== '') node = node.states[key] as typeof node
    for (const type of node.transitions.keys()) events.add(String(type))
  }
  return [...events]
}

function reject(event: TraceEvent, rule: string, why: string, allowed: readonly string[] = []): Rejection {
  return { event, rule, why: `election of server ${event.instance}: ${why}`, allowed }
}
