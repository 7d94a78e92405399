/** What the spec has said and a trace has yet to say, and what is wrong when the trace says something else. */
import type { ConnectionId, ServiceOutput } from '../../spec/service/service-events.js'
import { isSame, isSameOutput } from './compare-outputs.js'
import { formatError, formatHex, formatOutput } from './format-event.js'

/** Something the spec has said, and the trace has yet to say. */
export interface ExpectedOutput {
  readonly output: ServiceOutput
  /** The step that said it: outputs of one step may be in any order where {@link unordered} says so. */
  readonly step: number
  readonly unordered: boolean
  /** The rules that decided the step. */
  readonly rules: readonly string[]
}

/** What is wrong with an output, and what is expected instead. */
export interface Mismatch {
  readonly rule: string
  readonly why: string
  readonly due: readonly string[]
}

/** The queue of each connection: what the spec has said to it and the trace hasn't, in the order in which it is due. */
export class ExpectedOutputs {
  private readonly queues = new Map<ConnectionId, ExpectedOutput[]>()
  private steps = 0

  /** What is due first on a connection. */
  first(connection: ConnectionId): ExpectedOutput | undefined {
    return this.queues.get(connection)?.[0]
  }

  /** Adds what one step of the spec has said. */
  add(outputs: readonly ServiceOutput[], rules: readonly string[], unordered: boolean): void {
    this.steps++
    for (const output of outputs) {
      const isUnordered = unordered && output.type === 'notification'
      this.queueOf(output.connection).push({ output, step: this.steps, unordered: isUnordered, rules })
    }
  }

  /** Takes an output that is due; whether it was. */
  take(output: ServiceOutput): boolean {
    const queue = this.queueOf(output.connection)
    const [head] = queue
    const at = queue.findIndex(
      (each) =>
        (each === head || (each.unordered && each.step === head?.step)) && isSameOutput(each.output, output),
    )
    if (at !== -1) queue.splice(at, 1)
    return at !== -1
  }

  /** Nothing is due on a connection any more. */
  forget(connection: ConnectionId): void {
    this.queues.delete(connection)
  }

  clear(): void {
    this.queues.clear()
  }

  /** What is wrong when an output comes while another is due. */
  mismatch(head: ExpectedOutput, output: ServiceOutput): Mismatch {
    const due = [formatOutput(head.output)]
    if (head.output.type === output.type) return { ...difference(head, output), due }
    if (output.type === 'notification') return { ...unwatched(output), due }
    const { rule } = ruleOfExpected(head, this.queueOf(output.connection))
    return { rule, why: `${formatOutput(output)}: something else is due first`, due }
  }

  /** What is wrong when a connection ends, in some words, before it was told all; undefined when nothing but its end is due. */
  unsaid(connection: ConnectionId, ending: string): Mismatch | undefined {
    const queue = this.queueOf(connection)
    const [head] = queue
    if (head === undefined || head.output.type === 'closed') return undefined
    const { rule, due } = ruleOfExpected(head, queue)
    return { rule, why: ending, due: [due] }
  }

  /** The connections on which something may be due. */
  connections(): readonly ConnectionId[] {
    return [...this.queues.keys()]
  }

  private queueOf(connection: ConnectionId): ExpectedOutput[] {
    let queue = this.queues.get(connection)
    if (queue === undefined) this.queues.set(connection, (queue = []))
    return queue
  }
}

/** What is wrong with a notification that no watch is for. */
export function unwatched(output: ServiceOutput): { readonly rule: string; readonly why: string } {
  return {
    rule: 'SERVICE-47',
    why: `${formatOutput(output)}: no watch of this connection was waiting for that`,
  }
}

/** What is due, and the rule that says when: a late notification breaks one of three, by what comes after it. */
function ruleOfExpected(
  head: ExpectedOutput,
  queue: readonly ExpectedOutput[],
): { rule: string; due: string } {
  const due = formatOutput(head.output)
  if (head.output.type === 'reply') return { rule: 'SERVICE-12', due }
  if (head.output.type !== 'notification') return { rule: 'SERVICE-10', due }
  if (head.rules.includes('SERVICE-43')) return { rule: 'SERVICE-43', due }
  const isOwn = queue.some(({ step, output }) => step === head.step && output.type === 'reply')
  return { rule: isOwn ? 'SERVICE-42' : 'SERVICE-40', due }
}

/** How an output differs from the expected one, and the rule that decides it. */
function difference(head: ExpectedOutput, said: ServiceOutput): { rule: string; why: string } {
  const due = head.output
  const decided = head.rules.find((id) => !id.startsWith('SERVICE-')) ?? head.rules[0] ?? 'SERVICE-12'
  if (due.type === 'reply' && said.type === 'reply') {
    if (due.reply.xid !== said.reply.xid) {
      const rule = head.rules.includes('SERVICE-32') ? 'SERVICE-32' : 'SERVICE-12'
      return { rule, why: `${formatOutput(said)}: the reply to xid ${due.reply.xid} is due` }
    }
    if (due.reply.err !== said.reply.err) {
      return {
        rule: decided,
        why: `${formatOutput(said)}: ${formatError(said.reply.err)} instead of ${formatError(due.reply.err)}`,
      }
    }
    if (due.reply.zxid !== said.reply.zxid) {
      return {
        rule: 'SERVICE-30',
        why: `${formatOutput(said)}: the header's zxid is not ${formatHex(due.reply.zxid)}`,
      }
    }
    return { rule: decided, why: `${formatOutput(said)}: the record differs` }
  }
  if (due.type === 'notification' && said.type === 'notification') {
    const isHeader = isSame(due.notification.event, said.notification.event)
    const rule = isHeader ? 'SERVICE-46' : 'SERVICE-41'
    return { rule, why: `${formatOutput(said)}: another notification is due` }
  }
  return { rule: decided, why: `${formatOutput(said)}: it differs from what is due` }
}
