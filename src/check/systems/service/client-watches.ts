/** What clients watch, as they know it from what they were sent: the other side of the service's watches. */
import type { ServiceEvent, ServiceOutput } from '../../../../spec/service/service-events.js'
import type { Service } from '../../../../spec/service/service-state.js'
import { ErrorCode } from '../../../../spec/vocabulary/index.js'

/** A watch that a client has asked for, and that has not fired as far as it knows. */
export interface ClientWatch {
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

/** What a client watches after a step, and what it complains of. `isOwn`: whether a connection is the client's. */
export function followWatches(
  watches: readonly ClientWatch[],
  { before, event, after }: Taken,
  isOwn: (connection: number) => boolean,
): { readonly watches: readonly ClientWatch[]; readonly complaints: readonly Complaint[] } {
  if (watches.length === 0 && !after.outputs.some(({ connection }) => isOwn(connection)))
    return { watches, complaints: [] }
  const complaints: Complaint[] = []
  let now: readonly ClientWatch[] = watches.map((watch) =>
    watch.missed || before.tree.get(watch.path)?.mzxid === after.tree.get(watch.path)?.mzxid
      ? watch
      : { ...watch, missed: true },
  )
  for (const output of after.outputs) {
    if (!isOwn(output.connection)) continue
    if (output.type === 'notification') {
      const { path } = output.notification.event
      if (!now.some((watch) => watch.path === path))
        complaints.push({
          rule: 'SERVICE-47',
          name: 'a client is told only of what it watches',
          found: `connection ${output.connection} was told of ${path}, which it does not watch`,
        })
      now = now.filter((watch) => watch.path !== path)
    } else if (output.type === 'reply') {
      const heard = hearReply(now, before, event, after, output)
      complaints.push(...heard.complaints)
      now = heard.watches
    }
  }
  return { watches: now, complaints }
}

function hearReply(
  watches: readonly ClientWatch[],
  before: Service,
  event: ServiceEvent,
  after: Service,
  { connection, reply }: Extract<ServiceOutput, { type: 'reply' }>,
): { watches: readonly ClientWatch[]; complaints: readonly Complaint[] } {
  const request = event.type === 'serve' ? before.connections.get(connection)?.waiting[0]?.request : undefined
  if (request?.op === 'setWatches') {
    const untold = watches.filter(({ kind, missed, path }) =>
      kind === 'data' ? missed : after.tree.has(path),
    )
    const complaints = untold.map(({ path }) => ({
      rule: 'SERVICE-43',
      name: 'what was missed is told before the reply to setWatches',
      found: `connection ${connection} was not told that ${path} has changed`,
    }))
    return { watches: watches.map((watch) => ({ ...watch, missed: false })), complaints }
  }
  if (request?.op !== 'getData' && request?.op !== 'exists') return { watches, complaints: [] }
  const { path } = request
  const complaints = watches
    .filter((watch) => watch.path === path && watch.missed)
    .map(() => ({
      rule: 'SERVICE-40',
      name: 'a change is told before it is shown',
      found: `connection ${connection} was shown ${path} as changed before it was told`,
    }))
  const others = watches.filter((watch) => watch.path !== path)
  const isMissing = request.op === 'exists' && reply.err === ErrorCode.NoNode
  if (reply.err !== ErrorCode.Ok && !isMissing) return { watches, complaints }
  const watch: ClientWatch = { path, kind: isMissing ? 'exist' : 'data', missed: false }
  return { watches: [...others, watch].sort((a, b) => (a.path < b.path ? -1 : 1)), complaints }
}
