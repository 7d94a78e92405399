/**
 * What `zoospec trace check FILE` does: reads a trace line by line, validates each server's events on the spec, and says
 * accepted, or the first event that no rule allows.
 */
import type { AbstractService } from '../../spec/service/abstract-service.js'
import type { Settings } from '../../spec/tree/tree-types.js'
import { decodeEvent, TraceFormatError } from '../trace/trace-codec.js'
import { Coverage } from './rule-coverage.js'
import { explain, explainJson } from './format-rejection.js'
import { TraceInputError } from './trace-inputs.js'
import { MemberValidator } from './member-validator.js'
import type { Rejection } from './rejection.js'
import { ServiceValidator } from './trace-validator.js'
import type { TraceEvent } from '../trace/trace-event.js'

/** What a server without a `start` event is taken to be configured as: Apache's defaults. */
export const defaultSettings: Settings = {
  skipAcl: false,
  extendedTypes: false,
  enforceQuota: false,
  superDigest: null,
  tickTime: 2000,
  minSessionTimeout: 4000,
  maxSessionTimeout: 40_000,
}

export interface TraceCheckOptions {
  readonly json: boolean
  /** Where the verdict goes. */
  write(text: string): void
  /** Called every 10,000 events. */
  progress?(events: number): void
}

/** The verdict on a trace. */
export interface Verdict {
  readonly rejection: Rejection | undefined
  readonly events: number
  readonly coverage: Coverage
}

/** Validates a trace's lines. Throws {@link TraceFormatError} for what can't be read. */
export async function validateTrace(
  service: AbstractService,
  lines: AsyncIterable<string> | Iterable<string>,
  progress?: (events: number) => void,
): Promise<Verdict> {
  const coverage = new Coverage()
  const servers = new Map<string, ServiceValidator>()
  const members = new Map<string, MemberValidator>()
  const seqs = new Map<string, number>()
  let line = 0
  let events = 0
  for await (const text of lines) {
    line++
    if (text.trim() === '') continue
    const event = decodeEvent(text, line)
    const seq = seqs.get(event.server)
    if (seq !== undefined && event.seq !== seq + 1 && event.seq !== 1) {
      throw new TraceFormatError(line, `event ${event.seq} follows event ${seq}: events are missing`)
    }
    seqs.set(event.server, event.seq)
    if (++events % 10_000 === 0) progress?.(events)
    let validator = servers.get(event.server)
    if (validator === undefined) {
      servers.set(event.server, (validator = new ServiceValidator(service, defaultSettings, coverage)))
    }
    try {
      const rejection =
        event.subsystem === 'service'
          ? validator.accept(event)
          : memberOf(members, event, coverage).accept(event)
      if (rejection !== undefined) return { rejection, events, coverage }
    } catch (error) {
      if (error instanceof TraceInputError) throw new TraceFormatError(line, error.message)
      throw error
    }
  }
  for (const validator of servers.values()) {
    const rejection = validator.end()
    if (rejection !== undefined) return { rejection, events, coverage }
  }
  return { rejection: undefined, events, coverage }
}

function memberOf(
  members: Map<string, MemberValidator>,
  { server }: TraceEvent,
  coverage: Coverage,
): MemberValidator {
  const found = members.get(server)
  if (found !== undefined) return found
  const made = new MemberValidator(coverage)
  members.set(server, made)
  return made
}

/** Runs the command. The exit code: 0 accepted, 1 rejected, 2 unreadable. */
export async function traceCheckWith(
  service: AbstractService,
  lines: AsyncIterable<string> | Iterable<string>,
  options: TraceCheckOptions,
): Promise<number> {
  let verdict: Verdict
  try {
    verdict = await validateTrace(service, lines, options.progress)
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error
    const { line, message } = error
    options.write(
      options.json
        ? `${JSON.stringify({ accepted: false, line, unreadable: message })}\n`
        : `unreadable: ${message}\n`,
    )
    return 2
  }
  const { rejection, events, coverage } = verdict
  if (rejection !== undefined) {
    options.write(options.json ? `${JSON.stringify(explainJson(rejection))}\n` : `${explain(rejection)}\n`)
    return 1
  }
  const summary = coverage.summary(service.machine)
  const reached = {
    transitions: Object.fromEntries(coverage.transitions),
    rules: Object.fromEntries(coverage.rules),
  }
  options.write(
    options.json
      ? `${JSON.stringify({ accepted: true, events, ...reached })}\n`
      : `accepted: ${events} events\n${summary.split('\n')[0]!}\n`,
  )
  return 0
}
