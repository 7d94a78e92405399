/**
 * Which transitions and rules of the service a run exercised: counted as the spec steps, compared with what the machine has.
 */
import type { ServiceMachine } from '../../spec/service/service-machine.js'
import type { Step } from '../../spec/service/abstract-service.js'

/** Counts what steps did. */
export class Coverage {
  /** How often each transition (`event:action:rule`) was taken. */
  readonly transitions = new Map<string, number>()
  /** How often each rule decided. */
  readonly rules = new Map<string, number>()

  record(step: Step): void {
    if (!step.ok) return
    count(this.transitions, step.transition)
    for (const rule of step.rules) count(this.rules, rule)
  }

  /** The rules of a step of another machine than the service's. */
  recordRules(rules: readonly string[]): void {
    for (const rule of rules) count(this.rules, rule)
  }

  /** Adds another run's counts. */
  add(other: Coverage): void {
    for (const [name, times] of other.transitions) count(this.transitions, name, times)
    for (const [rule, times] of other.rules) count(this.rules, rule, times)
  }

  /** A few lines: how much was reached, and what wasn't. */
  summary(machine: ServiceMachine): string {
    const every = transitionsOf(machine)
    const missed = every.filter((name) => !this.transitions.has(name))
    const steps = [...this.transitions.values()].reduce((sum, times) => sum + times, 0)
    const lines = [
      `${every.length - missed.length} of ${every.length} transitions, ${this.rules.size} rules, ${steps} steps`,
      ...missed.map((name) => `  not reached: ${name}`),
    ]
    return lines.join('\n')
  }
}

/** Every transition of the machine, as a step names it. */
export function transitionsOf(machine: ServiceMachine): readonly string[] {
  const names: string[] = []
  for (const region of Object.values(machine.root.states)) {
    for (const state of Object.values(region.states)) {
      for (const [event, taken] of state.transitions) {
        for (const { actions, meta } of taken) {
          const action = actions[0] as string | { type?: string } | undefined
          const name = typeof action === 'string' ? action : (action?.type ?? '')
          names.push(`${event}:${name}:${(meta as { rule: string } | undefined)?.rule ?? ''}`)
        }
      }
    }
  }
  return names
}

function count(counts: Map<string, number>, name: string, times = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + times)
}
