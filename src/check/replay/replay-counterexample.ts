/** Replays a counterexample on a spec: whether its steps are still allowed, and whether they still break what they broke. */
import type { Counterexample, PathStep, Violation } from '../model/counterexample.js'
import { changedPart } from '../../text/changed-part.js'
import { isRefusal, type Refusal, type Replayable } from './replayable.js'

export interface Replay {
  readonly start: Readonly<Record<string, string>>
  /** The steps that were taken, as the spec tells them now. */
  readonly steps: readonly PathStep[]
  /** The step, from 1, that is not allowed any more. */
  readonly diverged: { readonly at: number; readonly refusal: Refusal } | null
  /** The first step, from 1, that does something else than what was recorded; 0: the start. */
  readonly differs: number | null
  /** What is broken after the last of `steps`. */
  readonly violation: Violation | null
}

/** Takes step after step, until something is broken, a step is refused, or the path ends. */
export function replay(counterexample: Counterexample, spec: Replayable): Replay {
  const start = spec.start(counterexample.start)
  const steps: PathStep[] = []
  let differs = sameRecord(start, counterexample.start) ? null : 0
  const end = (violation: Violation | null, diverged: Replay['diverged'] = null): Replay => ({
    start,
    steps,
    diverged,
    differs,
    violation,
  })
  const atStart = spec.violation(false)
  if (atStart !== null) return end(atStart)
  for (const recorded of counterexample.steps) {
    const taken = spec.step(recorded.action)
    if (isRefusal(taken)) return end(spec.violation(true), { at: steps.length + 1, refusal: taken })
    steps.push(taken)
    if (differs === null && !sameStep(taken, recorded)) differs = steps.length
    const broken = spec.violation(false)
    if (broken !== null) return end(broken)
  }
  return end(spec.violation(counterexample.violation.kind === 'goal'))
}

function sameStep(taken: PathStep, recorded: PathStep): boolean {
  if (oneLine(taken.text) !== oneLine(recorded.text)) return false
  // A scenario keeps of each change only the part that differs.
  const after = ({ changes }: PathStep) =>
    changes.map((change) => oneLine(`${change.what}: ${changedPart(change).after}`)).join('\n')
  return after(taken) === after(recorded)
}

function sameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  const text = (of: Readonly<Record<string, string>>) =>
    Object.entries(of)
      .map(([name, shown]) => oneLine(`${name}: ${shown}`))
      .sort()
      .join('\n')
  return text(a) === text(b)
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
