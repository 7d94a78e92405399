/** What the spec has said and a trace has yet to say; and which rule is broken when the trace says something else. */
import type { ServiceOutput } from '../../spec/service/events.js'
import { isSame } from './compare.js'
import { errorText, hex, showOutput } from './say.js'

/** Something the spec has said, and the trace has yet to say. */
export interface Expected {
  readonly output: ServiceOutput
  /** The step that said it: outputs of one step may be in any order where {@link unordered} says so. */
  readonly step: number
  readonly unordered: boolean
  /** The rules that decided the step. */
  readonly rules: readonly string[]
}

/** What is due, and the rule that says when: a late notification breaks one of three, by what comes after it. */
export function dueRule(head: Expected, queue: readonly Expected[]): { rule: string; due: string } {
  const due = showOutput(head.output)
  if (head.output.type === 'reply') return { rule: 'SERVICE-12', due }
  if (head.output.type !== 'notification') return { rule: 'SERVICE-10', due }
  if (head.rules.includes('SERVICE-43')) return { rule: 'SERVICE-43', due }
  const isOwn = queue.some(({ step, output }) => step === head.step && output.type === 'reply')
  return { rule: isOwn ? 'SERVICE-42' : 'SERVICE-40', due }
}

/** What is different between what is due and what was said, and whose rule says so. */
export function difference(head: Expected, said: ServiceOutput): { rule: string; why: string } {
  const due = head.output
  const decided = head.rules.find((id) => !id.startsWith('SERVICE-')) ?? head.rules[0] ?? 'SERVICE-12'
  if (due.type === 'reply' && said.type === 'reply') {
    if (due.reply.xid !== said.reply.xid) {
      const rule = head.rules.includes('SERVICE-32') ? 'SERVICE-32' : 'SERVICE-12'
      return { rule, why: `${showOutput(said)}: the reply to xid ${due.reply.xid} is due` }
    }
    if (due.reply.err !== said.reply.err) {
      return {
        rule: decided,
        why: `${showOutput(said)}: ${errorText(said.reply.err)} instead of ${errorText(due.reply.err)}`,
      }
    }
    if (due.reply.zxid !== said.reply.zxid) {
      return {
        rule: 'SERVICE-30',
        why: `${showOutput(said)}: the header's zxid is not ${hex(due.reply.zxid)}`,
      }
    }
    return { rule: decided, why: `${showOutput(said)}: the record differs` }
  }
  if (due.type === 'notification' && said.type === 'notification') {
    const isHeader = isSame(due.notification.event, said.notification.event)
    const rule = isHeader ? 'SERVICE-46' : 'SERVICE-41'
    return { rule, why: `${showOutput(said)}: another notification is due` }
  }
  return { rule: decided, why: `${showOutput(said)}: it differs from what is due` }
}
