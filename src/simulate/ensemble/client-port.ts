/** Where clients connect to a simulated server. */
import type { Link, PeerNetwork, PeerPort } from '../../platform/peer-network.js'
import type { ConnectionNumber } from '../../server/effects.js'
import type { Inbound, Listener } from '../../server/outside.js'

/** Bytes that may wait for a client before its connection counts as full. */
const highWaterMark = 256 * 1024

export class ClientPort implements Listener {
  private inbound!: Inbound
  private readonly links = new Map<ConnectionNumber, Link>()
  private next = 1
  private port: PeerPort | undefined
  private waiting: (() => void)[] = []

  constructor(private readonly network: PeerNetwork) {}

  async listen(inbound: Inbound, port: number): Promise<number> {
    this.inbound = inbound
    this.port = await this.network.listen({ host: null, port }, (link) => this.accept(link))
    return port
  }

  stopAccepting(): void {
    void this.port?.close()
  }

  destroy(): void {
    this.stopAccepting()
    for (const link of this.links.values()) link.close()
  }

  closed(): Promise<void> {
    this.destroy()
    if (this.links.size === 0) return Promise.resolve()
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  send(id: ConnectionNumber, bytes: Uint8Array): 'taken' | 'full' {
    const link = this.links.get(id)
    if (link === undefined) return 'taken'
    link.send(bytes)
    // The link has copied them; but whoever sends should wait.
    return link.unsent > highWaterMark ? 'full' : 'taken'
  }

  close(id: ConnectionNumber): void {
    this.links.get(id)?.end()
  }

  drop(id: ConnectionNumber): void {
    this.links.get(id)?.close()
  }

  pause(id: ConnectionNumber): void {
    this.links.get(id)?.pause()
  }

  resume(id: ConnectionNumber): void {
    this.links.get(id)?.resume()
  }

  private accept(link: Link) {
    const id = this.next++
    const { inbound } = this
    this.links.set(id, link)
    inbound.connectionOpened(id, '127.0.0.1', id)
    inbound.flush()
    return {
      received: (bytes: Buffer) => {
        inbound.bytesReceived(id, bytes)
        inbound.flush()
      },
      drained: () => {
        inbound.drained(id)
        inbound.flush()
      },
      ended: () => {
        this.links.delete(id)
        inbound.connectionClosed(id)
        inbound.flush()
        if (this.links.size === 0) for (const resolve of this.waiting.splice(0)) resolve()
      },
    }
  }
}
