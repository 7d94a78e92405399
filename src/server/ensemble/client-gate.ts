/** Leads each client's connection to whoever serves when it comes; what it says later goes there too. */
import type { ConnectionNumber } from '../effects.js'
import type { Inbound } from '../outside.js'

export class ClientGate implements Inbound {
  private readonly served = new Map<ConnectionNumber, Inbound>()
  private serving: Inbound

  /** @param notServing takes connections while nobody else does */
  constructor(private readonly notServing: Inbound) {
    this.serving = notServing
  }

  /** From now on connections come here. */
  open(to: Inbound): void {
    this.serving = to
  }

  /** Nobody serves; who is connected stays with who served. */
  shut(): void {
    this.serving = this.notServing
  }

  connectionOpened(id: ConnectionNumber, address: string, port: number): void {
    this.served.set(id, this.serving)
    this.serving.connectionOpened(id, address, port)
  }

  bytesReceived(id: ConnectionNumber, bytes: Uint8Array): void {
    this.served.get(id)?.bytesReceived(id, bytes)
  }

  connectionClosed(id: ConnectionNumber): void {
    const inbound = this.served.get(id)
    this.served.delete(id)
    inbound?.connectionClosed(id)
  }

  drained(id: ConnectionNumber): void {
    this.served.get(id)?.drained(id)
  }

  flush(): void {
    this.serving.flush()
  }
}
