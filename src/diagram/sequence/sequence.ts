/**
 * A path as a sequence: who does each step, and for each message the step that sends it and the step at which it arrives
 * or is lost. The text, Mermaid and SVG diagrams are drawn from this. A counterexample is such a path.
 */

export interface Sequence {
  readonly lifelines: readonly string[]
  readonly steps: readonly SequenceStep[]
  readonly messages: readonly SequenceMessage[]
  /** What is broken at its end; null when nothing is, and it only shows what happens. */
  readonly violation: DrawnViolation | null
}

/** What is drawn of a path. */
export interface DrawnPath {
  readonly processes: readonly string[]
  readonly steps: readonly DrawnStep[]
  readonly violation: DrawnViolation | null
}

export interface DrawnStep {
  readonly text: string
  readonly rules: readonly string[]
  readonly process?: number
  readonly messages: readonly DrawnMessage[]
  readonly changes: readonly { readonly what: string; readonly before: string; readonly after: string }[]
}

/** A message at a step; one that `ended` is the end of a connection, which nobody sent. */
export interface DrawnMessage {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly as: 'taken' | 'sent' | 'lost' | 'ended'
}

export interface DrawnViolation {
  readonly rule: string
  readonly name: string
  readonly found: string
}

export interface SequenceStep {
  /** From 1. */
  readonly number: number
  readonly text: string
  readonly rules: readonly string[]
  readonly changes: DrawnStep['changes']
  /** The lifelines that do it, or that it is done to; empty when it concerns none or all. */
  readonly at: readonly number[]
  /** A step whose text says `crashes`, `starts` or `restarts` is drawn as one. */
  readonly kind: 'step' | 'crash' | 'restart'
}

export interface SequenceMessage {
  readonly from: number
  readonly to: number
  readonly text: string
  /** The step that sends it; 0 when it was under way at the start. */
  readonly sent: number
  /** The step at which it arrives, or is lost; undefined when it is still under way at the end. */
  readonly ends: number | undefined
  readonly lost: boolean
}

/** Pairs each message's arrival with its sending: the oldest that fits, since channels are FIFO. */
export function sequenceOf(path: DrawnPath): Sequence {
  const { processes, violation } = path
  const messages: { -readonly [Key in keyof SequenceMessage]: SequenceMessage[Key] }[] = []
  path.steps.forEach((step, at) => {
    const number = at + 1
    // What a step takes was sent by an earlier one, so arrivals come first.
    for (const { from, to, text, as } of step.messages) {
      if (as === 'sent' || as === 'ended') continue
      const underWay = messages.filter(
        (each) => each.ends === undefined && each.from === from && each.to === to && each.sent < number,
      )
      const found = underWay.find((each) => each.text === text)
      if (found !== undefined) Object.assign(found, { ends: number, lost: as === 'lost' })
      else
        messages.push({ from, to, text, sent: as === 'lost' ? number : 0, ends: number, lost: as === 'lost' })
    }
    for (const { from, to, text, as } of step.messages)
      if (as === 'sent') messages.push({ from, to, text, sent: number, ends: undefined, lost: false })
  })
  return {
    lifelines: processes,
    steps: path.steps.map((step, at) => sequenceStep(step, at + 1, processes)),
    messages,
    violation,
  }
}

function sequenceStep(step: DrawnStep, number: number, processes: readonly string[]): SequenceStep {
  const { text, rules, changes, process } = step
  const kind = /\bcrash(es)?\b/i.test(text) ? 'crash' : /\b(re)?starts\b/i.test(text) ? 'restart' : 'step'
  const taken = step.messages.find(({ as }) => as === 'taken' || as === 'ended')
  const who = process ?? taken?.to
  return { number, text, rules, changes, kind, at: who === undefined ? named(text, processes) : [who] }
}

/** The processes that a text names, `server 1` but not `server 12`. */
function named(text: string, processes: readonly string[]): number[] {
  const words = ` ${text} `
  return processes.flatMap((name, at) => {
    const place = words.indexOf(name)
    if (place === -1) return []
    const [before = '', after = ''] = [words[place - 1], words[place + name.length]]
    return /[A-Za-z0-9]/.test(before) || /[A-Za-z0-9]/.test(after) ? [] : [at]
  })
}

/** From which step to which each lifeline is down. */
export function downTimes({
  lifelines,
  steps,
}: Sequence): readonly (readonly [from: number, to: number])[][] {
  return lifelines.map((_, lifeline) => {
    const spans: [number, number][] = []
    let from: number | undefined
    for (const { number, kind, at } of steps) {
      if (!at.includes(lifeline)) continue
      if (kind === 'crash') from ??= number
      else if (from !== undefined && kind === 'restart') {
        spans.push([from, number])
        from = undefined
      }
    }
    return from === undefined ? spans : [...spans, [from, steps.length + 1]]
  })
}
