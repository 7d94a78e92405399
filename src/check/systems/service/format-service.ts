/** The service's steps and states as a counterexample shows them. */
import type { ServiceOutput } from '../../../../spec/service/service-events.js'
import { ErrorCode, EventType } from '../../../../spec/vocabulary/index.js'
import type { ToldMessage } from '../../model/model.js'
import { clientRequests, setWatches } from './client-requests.js'
import type { PlainClient, ServiceView } from './plain-state.js'
import type { Taken } from './client-watches.js'

const errors = new Map(Object.entries(ErrorCode).map(([name, code]) => [code as number, name]))
const events = new Map(Object.entries(EventType).map(([name, code]) => [code as number, name]))

/** What passes between clients and the service, the last process. */
export function messagesOf(
  taken: readonly Taken[],
  service: number,
): { readonly texts: readonly string[]; readonly messages: readonly ToldMessage[] } {
  const texts: string[] = []
  const messages: ToldMessage[] = []
  for (const { event, after, before } of taken) {
    const clientOf = (connection: number): number => Math.floor(connection / 100) - 1
    if (event.type === 'connect' || event.type === 'request') {
      const text = event.type === 'connect' ? 'connect' : event.request.op
      messages.push({ from: clientOf(event.connection), to: service, text, as: 'sent' })
    }
    for (const output of after.outputs) {
      const client = clientOf(output.connection)
      const text = formatOutput(output)
      texts.push(`client ${client + 1} ${text.said}`)
      if (before.connections.has(output.connection) || output.type === 'connected')
        messages.push({ from: service, to: client, text: text.short, as: 'sent' })
    }
  }
  return { texts, messages }
}

function formatOutput(output: ServiceOutput): { readonly said: string; readonly short: string } {
  switch (output.type) {
    case 'connected': {
      const short = output.response.timeOut === 0 ? 'refused' : 'welcome'
      return { said: short === 'refused' ? 'is refused' : 'is welcome', short }
    }
    case 'closed':
      return { said: 'is disconnected', short: 'closed' }
    case 'notification': {
      const { type, path } = output.notification.event
      const short = `${events.get(type)} ${path}`
      return { said: `is told ${short}`, short }
    }
    case 'reply': {
      const { result, err } = output.reply
      const parts = result?.op === 'multi' ? result.results : []
      const part = parts.findIndex((each) => each.op === 'error' && each.err !== ErrorCode.Ok)
      const failed = parts[part]?.op === 'error' ? `part ${part + 1}: ${errors.get(parts[part].err)}` : null
      const short = failed ?? errors.get(err)!
      return { said: `is answered ${short}`, short }
    }
  }
}

/** A state, one entry a client. */
export function formatService(state: ServiceView): Readonly<Record<string, string>> {
  const shown: Record<string, string> = {
    nodes: state.nodes
      .map(({ path, owner, version }) => {
        const whose = owner === 'container' ? ', a container' : owner === 0 ? '' : `, client ${owner}'s`
        return `${path} version ${version}${whose}`
      })
      .join('; '),
  }
  state.clients.forEach((client, at) => (shown[`client ${at + 1}`] = formatClient(client)))
  shown['requests left'] = String(state.left)
  return shown
}

function formatClient({ session, connections, watches }: PlainClient): string {
  const said: string[] = [session === 'none' ? 'no session yet' : `session ${session}`]
  for (const { isOpen, waiting, watched } of connections) {
    const asked = waiting.map(({ letter, isLate }) => {
      const text = letter === setWatches ? 'setWatches' : clientRequests[letter]!.text
      return isLate ? `${text} (late)` : text
    })
    said.push(
      `connection ${isOpen ? 'open' : 'gone'}${asked.length === 0 ? '' : `, asks ${asked.join(', ')}`}`,
    )
    if (watched.length > 0) said.push(`watched ${watched.join(' ')}`)
  }
  if (watches.length > 0) said.push(`watches ${watches.map(({ path }) => path).join(' ')}`)
  return said.join('; ')
}
