/** A rejection as people read it, and as a program does. */
import type { Rejection } from './rejection.js'
import { rules } from './rule-texts.js'
import { formatValue } from './format-event.js'

/** The rule's text, or that there is none. */
export function formatRule(id: string): string {
  const rule = rules().get(id)
  return rule === undefined
    ? `${id} (no page of spec/ defines it)`
    : `${rule.id}: ${rule.text} (${rule.file})`
}

/** A rejection as a few lines. */
export function explain(rejection: Rejection): string {
  const { event, rule, why, allowed } = rejection
  const where =
    event === undefined
      ? 'at its end'
      : `at event ${event.seq} (${new Date(event.time).toISOString()}, ${event.subsystem} ${event.instance})`
  const lines = [`rejected ${where}`, `  found    ${why}`]
  if (event !== undefined) lines.push(`  event    ${formatValue(event.input)}`)
  if (allowed.length > 0) lines.push(`  allowed  ${allowed.join('\n           ')}`)
  lines.push(`  rule     ${formatRule(rule)}`)
  return lines.join('\n')
}

/** A rejection as JSON-able data. */
export function explainJson(rejection: Rejection): Record<string, unknown> {
  const { event, rule, why, allowed } = rejection
  return {
    accepted: false,
    ...(event === undefined
      ? {}
      : { seq: event.seq, time: event.time, subsystem: event.subsystem, instance: event.instance }),
    why,
    allowed,
    rule,
    ruleText: rules().get(rule)?.text,
  }
}
