/** Runs the same commands on the server and on the spec, and says where they first differ, as a scenario. */
import { service } from '../../spec/service/standard-service.js'
import { defaultSettings, validateTrace } from '../../src/conform/check-trace.js'
import type { Coverage } from '../../src/conform/rule-coverage.js'
import { explain } from '../../src/conform/format-rejection.js'
import { parseCommand } from '../../src/scenario/scenario-command.js'
import { formatSeen } from '../../src/scenario/format-reply.js'
import { scenarioStart } from '../../src/scenario/scenario-settings.js'
import { SpecWorld } from '../../src/scenario/spec-world.js'
import type { Happened, World } from '../../src/scenario/scenario-world.js'
import { invariants, stepInvariants } from '../../spec/service/service-invariants.js'
import { ServerWorld } from '../scenario/server-world.js'

/** What came of a run. */
export interface Outcome {
  /** Where server and spec differ first, or what the trace shows; undefined when all is well. */
  readonly difference: string | undefined
  /** The server's trace. */
  readonly trace: readonly string[]
}

/** Runs blocks of commands on both. Steps are counted in `coverage`. */
export async function sideBySide(
  blocks: readonly (readonly string[])[],
  coverage?: Coverage,
): Promise<Outcome> {
  const server = new ServerWorld()
  const broken: string[] = []
  const spec = new SpecWorld(service, defaultSettings, (step, before, event) => {
    coverage?.record(step)
    if (!step.ok) return
    for (const { rule, found } of [...stepInvariants(before, event, step.state), ...invariants(step.state)]) {
      broken.push(`${rule}: ${found}`)
    }
  })
  const written: string[] = []
  try {
    for (const block of blocks) {
      const commands = block.map(parseCommand)
      const onServer = lines(
        await server.perform(commands),
        server,
        commands.some(({ type }) => type === 'wait'),
      )
      spec.expiryOrder = server.expired
      const onSpec = lines(
        await spec.perform(commands),
        spec,
        commands.some(({ type }) => type === 'wait'),
      )
      written.push('', ...block, '----', ...onSpec)
      if (onServer.join('\n') !== onSpec.join('\n')) {
        const difference = [...written, '', 'but the server:', ...onServer].join('\n')
        return { difference, trace: server.trace }
      }
      if (broken.length > 0) {
        return {
          difference: [...written, '', 'broken invariants:', ...broken].join('\n'),
          trace: server.trace,
        }
      }
    }
  } finally {
    await server.end()
  }
  const { rejection } = await validateTrace(service, server.trace)
  const difference = rejection === undefined ? undefined : [...written, '', explain(rejection)].join('\n')
  return { difference, trace: server.trace }
}

/** What happened to each client, times counted from the start. The deletions of a session's end have no order (SERVICE-45). */
function lines(happened: readonly Happened[], { names }: World, isUnordered: boolean): string[] {
  const clients = [...new Set(happened.map(({ client }) => client))].sort()
  return clients.flatMap((client) => {
    const own = happened
      .filter((each) => each.client === client)
      .map(({ seen }) => `${client}: ${formatSeen(seen, { names, start: scenarioStart })}`)
    return isUnordered ? own.sort() : sortedRuns(own)
  })
}

/** Sorts neighbouring deletions. */
function sortedRuns(own: readonly string[]): string[] {
  const sorted: string[] = []
  let run: string[] = []
  for (const line of [...own, '']) {
    if (/: watch (NodeDeleted|NodeChildrenChanged) /.test(line)) run.push(line)
    else {
      sorted.push(...run.sort(), line)
      run = []
    }
  }
  return sorted.slice(0, -1)
}
