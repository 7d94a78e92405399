/**
 * The TCP side of a server: sockets become connection numbers and bytes for the core, its effects become writes.
 * One write per connection for all that an input caused; reading stops where the core says so.
 */
import { createServer, type Server, type Socket } from 'node:net'
import type { ConnectionNumber } from '../server/effects.js'
import type { Inbound, Listener } from '../server/outside.js'
import { javaAddress } from './java-address.js'

/** Bytes that may wait in a socket before its connection counts as full. */
const highWaterMark = 256 * 1024

/** How long a connection that was ended may take to end. */
const lingerMs = 1000

/** A socket that knows its connection's number, so that one set of handlers serves all: four closures each add up. */
interface NumberedSocket extends Socket {
  number: ConnectionNumber
}

interface Handlers {
  data(this: NumberedSocket, bytes: Buffer): void
  drain(this: NumberedSocket): void
  close(this: NumberedSocket): void
}

/** Accepts connections and carries their bytes. */
export class SocketListener implements Listener {
  private readonly server: Server
  private readonly sockets = new Map<ConnectionNumber, Socket>()
  private inbound!: Inbound
  private handlers!: Handlers
  private next = 1

  constructor(options: { readonly keepAlive: boolean }) {
    this.server = createServer({
      noDelay: true,
      keepAlive: options.keepAlive,
      highWaterMark,
      allowHalfOpen: false,
    })
    this.server.on('connection', (socket) => this.accept(socket))
  }

  listen(inbound: Inbound, port: number, host: string | null, backlog: number): Promise<number> {
    this.inbound = inbound
    this.handlers = this.handlersFor(inbound)
    return new Promise((resolve, reject) => {
      this.server.once('error', reject)
      const options = { port, ...(host === null ? {} : { host }), ...(backlog < 0 ? {} : { backlog }) }
      this.server.listen(options, () => {
        this.server.off('error', reject)
        const address = this.server.address()
        resolve(typeof address === 'object' && address !== null ? address.port : port)
      })
    })
  }

  stopAccepting(): void {
    this.server.close()
  }

  destroy(): void {
    this.server.close()
    for (const socket of this.sockets.values()) socket.destroy()
  }

  async closed(grace: number): Promise<void> {
    const timer = setTimeout(() => this.destroy(), grace)
    await new Promise<void>((resolve) => {
      if (this.server.listening) this.server.close()
      const check = () => {
        if (this.sockets.size === 0) resolve()
        else setTimeout(check, 5)
      }
      check()
    })
    clearTimeout(timer)
  }

  send(id: ConnectionNumber, bytes: Uint8Array): 'taken' | 'kept' | 'full' {
    const socket = this.sockets.get(id)
    if (socket === undefined || socket.destroyed) return 'taken'
    const room = socket.write(bytes)
    // Nothing left behind: the system took every byte, so the caller may use the buffer again.
    if (socket.writableLength === 0) return 'taken'
    return room ? 'kept' : 'full'
  }

  close(id: ConnectionNumber): void {
    const socket = this.sockets.get(id)
    if (socket === undefined) return
    // Reads on, so that what is still arriving can't make the system reset the connection under the last answer.
    socket.end()
    socket.resume()
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }

  drop(id: ConnectionNumber): void {
    this.sockets.get(id)?.destroy()
  }

  pause(id: ConnectionNumber): void {
    this.sockets.get(id)?.pause()
  }

  resume(id: ConnectionNumber): void {
    this.sockets.get(id)?.resume()
  }

  private handlersFor(inbound: Inbound): Handlers {
    const { sockets } = this
    return {
      data(bytes) {
        inbound.bytesReceived(this.number, bytes)
        inbound.flush()
      },
      drain() {
        inbound.drained(this.number)
        inbound.flush()
      },
      close() {
        sockets.delete(this.number)
        inbound.connectionClosed(this.number)
        inbound.flush()
      },
    }
  }

  private accept(socket: Socket): void {
    const id = this.next++
    const { inbound, handlers } = this
    const numbered = Object.assign(socket, { number: id })
    this.sockets.set(id, numbered)
    numbered.on('data', handlers.data)
    numbered.on('drain', handlers.drain)
    numbered.on('error', ignore)
    numbered.on('close', handlers.close)
    inbound.connectionOpened(id, javaAddress(socket.remoteAddress ?? ''), socket.remotePort ?? 0)
    inbound.flush()
  }
}

/** A reset is an end like any other: 'close' follows. */
function ignore(): void {}
