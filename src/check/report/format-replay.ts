/** A replay for the terminal: the steps that were taken, where they part from what was recorded, and what is broken now. */
import type { Counterexample, Violation } from '../model/counterexample.js'
import type { Replay } from '../replay/replay-counterexample.js'
import type { Look } from '../../text/paint.js'
import { wrapWords } from '../../text/wrap-lines.js'
import { formatRequest, formatStep, formatViolation } from './format-counterexample.js'

/** What a replay came to, step by step. */
export function formatReplay(counterexample: Counterexample, replayed: Replay, look: Look): string {
  const { steps, diverged, differs, violation } = replayed
  const { paint, width } = look
  const recorded = counterexample.violation
  const lines = [
    `${paint.strong(`replay of ${recorded.rule}`)}  ${paint.faint(formatRequest(counterexample.request))}`,
    ...(differs === 0 ? [paint.old('the first state is not the one that was recorded')] : []),
    '',
    ...steps.flatMap((step, at) => [
      ...formatStep(step, at + 1, look),
      ...(differs === at + 1 ? [`     ${paint.old('from here on it is not what was recorded')}`] : []),
    ]),
  ]
  if (diverged !== null) {
    const wanted = counterexample.steps[diverged.at - 1]?.text ?? ''
    lines.push(
      `${paint.bad(`step ${diverged.at} is not allowed any more:`)} ${wanted}`,
      `  ${diverged.refusal.refused}; ${diverged.refusal.allowed.length === 0 ? 'nothing is allowed' : 'allowed are'}`,
      ...diverged.refusal.allowed.flatMap(({ text }) =>
        wrapWords(text, width - 4).map((line) => `    ${line}`),
      ),
    )
  }
  lines.push('', ...formatOutcome(recorded, violation, steps.length, look))
  return `${lines.join('\n')}\n`
}

function formatOutcome(recorded: Violation, violation: Violation | null, step: number, look: Look): string[] {
  const { paint } = look
  if (violation === null)
    return [
      `${paint.good('gone:')} this path does not break ${recorded.rule} any more`,
      '  (that it holds on every path is for zoospec check to say)',
    ]
  const isSame = violation.rule === recorded.rule && violation.kind === recorded.kind
  return [
    paint.bad(isSame ? 'still there' : `another violation than the one that was recorded (${recorded.rule})`),
    ...formatViolation(violation, step, look),
  ]
}
