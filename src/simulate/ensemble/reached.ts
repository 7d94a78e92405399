/** What a run has reached: which turns the servers' machines took, and what was going wrong meanwhile. */
import type { Fault } from './fault.js'

interface Watched {
  readonly server: { readonly state: string } | undefined
}

export class Reached {
  /** `state -> state [faults]`, once each. */
  readonly turns = new Set<string>()
  private readonly states: string[] = []
  private readonly underWay = new Map<Fault['type'], number>()
  private faults = ''

  begin(type: Fault['type']): void {
    this.underWay.set(type, (this.underWay.get(type) ?? 0) + 1)
    this.name()
  }

  end(type: Fault['type']): void {
    this.underWay.set(type, this.underWay.get(type)! - 1)
    this.name()
  }

  /** Something has happened. */
  look(members: readonly Watched[]): void {
    for (let at = 0; at < members.length; at++) {
      const state = members[at]!.server?.state ?? 'down'
      const before = this.states[at]
      if (state === before) continue
      this.states[at] = state
      if (before !== undefined) this.turns.add(`${before} -> ${state} [${this.faults}]`)
    }
  }

  private name(): void {
    this.faults = [...this.underWay]
      .flatMap(([type, count]) => (count > 0 ? [type] : []))
      .sort()
      .join(' ')
  }
}
