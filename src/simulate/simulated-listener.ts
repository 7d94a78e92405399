/** Connections without sockets: what a client sends arrives when the simulation delivers it, and so do the answers. */
import { Client } from '../client/client.js'
import type { ConnectionNumber } from '../server/effects.js'
import type { Inbound, Listener } from '../server/outside.js'

interface Connected {
  readonly client: Client
  readonly toServer: Buffer[]
  readonly toClient: Buffer[]
  isPaused: boolean
  isEnding: boolean
}

export class SimulatedListener implements Listener {
  private inbound!: Inbound
  private readonly connections = new Map<ConnectionNumber, Connected>()
  private next = 1
  private emptied: (() => void)[] = []

  listen(inbound: Inbound, port: number): Promise<number> {
    this.inbound = inbound
    return Promise.resolve(port)
  }

  /** A client connects. */
  connect(): Client {
    const id = this.next++
    const toServer: Buffer[] = []
    const client = new Client({
      send: (bytes) => void toServer.push(Buffer.from(bytes)),
      end: () => this.lose(id),
      destroy: () => this.lose(id),
      pause() {},
      resume() {},
    })
    this.connections.set(id, { client, toServer, toClient: [], isPaused: false, isEnding: false })
    this.inbound.connectionOpened(id, '127.0.0.1', id)
    this.inbound.flush()
    return client
  }

  /** Delivers what is on its way in one piece each way. */
  deliver(): void {
    for (const [id, connection] of [...this.connections]) {
      const { toServer, toClient, client } = connection
      if (!connection.isPaused && toServer.length > 0) {
        this.inbound.bytesReceived(id, Buffer.concat(toServer.splice(0)))
        this.inbound.flush()
      }
      if (toClient.length > 0) client.received(Buffer.concat(toClient.splice(0)))
      if (connection.isEnding) this.lose(id)
    }
  }

  /** A crash of the server: every client sees its connection end, and nothing more arrives. */
  cut(): void {
    const clients = [...this.connections.values()].map(({ client }) => client)
    this.connections.clear()
    for (const client of clients) client.ended()
  }

  stopAccepting(): void {}

  destroy(): void {
    this.cut()
  }

  closed(): Promise<void> {
    if (this.connections.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.emptied.push(resolve))
  }

  send(id: ConnectionNumber, bytes: Uint8Array): 'taken' {
    this.connections.get(id)?.toClient.push(Buffer.from(bytes))
    return 'taken'
  }

  close(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection !== undefined) connection.isEnding = true
  }

  drop(id: ConnectionNumber): void {
    this.close(id)
  }

  pause(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection !== undefined) connection.isPaused = true
  }

  resume(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection !== undefined) connection.isPaused = false
  }

  private lose(id: ConnectionNumber): void {
    const connection = this.connections.get(id)
    if (connection === undefined) return
    this.connections.delete(id)
    this.inbound.connectionClosed(id)
    this.inbound.flush()
    connection.client.ended()
    if (this.connections.size === 0) for (const resolve of this.emptied.splice(0)) resolve()
  }
}
