/** Sessions that do nothing but watch: connects them a few at a time, and keeps them. */
import { connectClient } from '../runtime/client-socket.js'
import type { Client } from '../client/client.js'
import { root } from './loads.js'
import type { Order } from './messages.js'

/** Connections that are being made at one time: fewer than a server lets wait. */
const atOnce = 32
const kept: Client[] = []

/** Resolves when every session stands and every watch is set. The watches of each are on paths of its own share. */
export async function idleSessions(order: Extract<Order, { type: 'idle' }>): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (;;) {
        const index = next++
        if (index >= order.sessions) return
        const client = await connectClient({ port: order.port, timeOut: 300_000 })
        kept.push(client)
        await Promise.all(
          Array.from({ length: order.watchesEach }, (_, watch) => {
            const path = `${root}/watched-${(index * order.watchesEach + watch) % order.sessions}`
            return client.request({ op: 'exists', path, watch: true })
          }),
        )
        client.events.length = 0
      }
    }),
  )
}
