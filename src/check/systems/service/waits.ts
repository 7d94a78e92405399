/** What clients wait to be told, as they know it from what was said to them: the other side of the service's watches. */
import type { ServiceEvent, ServiceOutput } from '../../../../spec/service/events.js'
import type { Service } from '../../../../spec/service/state.js'
import { ErrorCode } from '../../../../spec/vocabulary/index.js'

/** A watch that a client has asked for, and that has not fired as far as it knows. */
export interface Wait {
  readonly path: string
  /** Whether the node was there when it asked. */
  readonly kind: 'data' | 'exist'
  /** The node has changed since, and the client was not told. */
  readonly missed: boolean
}

/** A step between two states of the service. */
export interface Taken {
  readonly before: Service
  readonly event: ServiceEvent
  readonly after: Service
}

/** What a client found wrong with what it was told. */
export interface Complaint {
  readonly rule: string
  readonly name: string
  readonly found: string
}

/** What a client waits for after a step, and what it complains of. `isOwn`: whether a connection is the client's. */
export function follow(
  waits: readonly Wait[],
  { before, event, after }: Taken,
  isOwn: (connection: number) => boolean,
): { readonly waits: readonly Wait[]; readonly complaints: readonly Complaint[] } {
  if (waits.length === 0 && !after.outputs.some(({ connection }) => isOwn(connection)))
    return { waits, complaints: [] }
  const complaints: Complaint[] = []
  let now: readonly Wait[] = waits.map((wait) =>
    wait.missed || before.tree.get(wait.path)?.mzxid === after.tree.get(wait.path)?.mzxid
      ? wait
      : { ...wait, missed: true },
  )
  for (const output of after.outputs) {
    if (!isOwn(output.connection)) continue
    if (output.type === 'notification') {
      const { path } = output.notification.event
      if (!now.some((wait) => wait.path === path))
        complaints.push({
          rule: 'SERVICE-47',
          name: 'who is told of a change waits for it',
          found: `connection ${output.connection} was told of ${path}, which it didn't wait for`,
        })
      now = now.filter((wait) => wait.path !== path)
    } else if (output.type === 'reply') {
      const heard = hear(now, before, event, after, output)
      complaints.push(...heard.complaints)
      now = heard.waits
    }
  }
  return { waits: now, complaints }
}

function hear(
  waits: readonly Wait[],
  before: Service,
  event: ServiceEvent,
  after: Service,
  { connection, reply }: Extract<ServiceOutput, { type: 'reply' }>,
): { waits: readonly Wait[]; complaints: readonly Complaint[] } {
  const request = event.type === 'serve' ? before.connections.get(connection)?.waiting[0]?.request : undefined
  if (request?.op === 'setWatches') {
    const untold = waits.filter(({ kind, missed, path }) => (kind === 'data' ? missed : after.tree.has(path)))
    const complaints = untold.map(({ path }) => ({
      rule: 'SERVICE-43',
      name: 'what was missed is told before the reply to setWatches',
      found: `connection ${connection} was not told that ${path} has changed`,
    }))
    return { waits: waits.map((wait) => ({ ...wait, missed: false })), complaints }
  }
  if (request?.op !== 'getData' && request?.op !== 'exists') return { waits, complaints: [] }
  const { path } = request
  const complaints = waits
    .filter((wait) => wait.path === path && wait.missed)
    .map(() => ({
      rule: 'SERVICE-40',
      name: 'a change is told before it is shown',
      found: `connection ${connection} was shown ${path} as changed, and waits to be told`,
    }))
  const others = waits.filter((wait) => wait.path !== path)
  const isMissing = request.op === 'exists' && reply.err === ErrorCode.NoNode
  if (reply.err !== ErrorCode.Ok && !isMissing) return { waits, complaints }
  const wait: Wait = { path, kind: isMissing ? 'exist' : 'data', missed: false }
  return { waits: [...others, wait].sort((a, b) => (a.path < b.path ? -1 : 1)), complaints }
}
