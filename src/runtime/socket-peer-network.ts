/** The ports of servers for each other on TCP. */
import { connect, createServer, type Socket } from 'node:net'
import type { Link, LinkListener, PeerAddress, PeerNetwork, PeerPort } from '../platform/peer-network.js'

const options = { noDelay: true, keepAlive: true, allowHalfOpen: false }

/** A socket as a connection between servers. */
class SocketLink implements Link {
  readonly peer: string
  private isCorked = false

  constructor(private readonly socket: Socket) {
    this.peer = `${socket.remoteAddress ?? 'unknown'}:${socket.remotePort ?? 0}`
  }

  get unsent(): number {
    return this.socket.writableLength
  }

  /** What one input causes goes out in one piece. */
  send(bytes: Uint8Array): void {
    if (this.socket.destroyed) return
    if (!this.isCorked) {
      this.isCorked = true
      this.socket.cork()
      process.nextTick(this.uncork)
    }
    this.socket.write(bytes)
  }

  pause(): void {
    this.socket.pause()
  }

  resume(): void {
    this.socket.resume()
  }

  end(): void {
    this.socket.end()
  }

  close(): void {
    this.socket.destroy()
  }

  private readonly uncork = (): void => {
    this.isCorked = false
    this.socket.uncork()
  }
}

export class SocketPeerNetwork implements PeerNetwork {
  async listen({ host, port }: PeerAddress, accept: (link: Link) => LinkListener): Promise<PeerPort> {
    const sockets = new Set<Socket>()
    const server = createServer(options, (socket) => {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      attach(socket, accept)
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port, ...(host === null ? {} : { host }) }, resolve)
    })
    return {
      close: () =>
        new Promise((resolve) => {
          server.close(() => resolve())
          for (const socket of sockets) socket.destroy()
        }),
    }
  }

  connect(
    { host, port }: PeerAddress,
    timeout: number,
    listener: (link: Link) => LinkListener,
  ): Promise<Link> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: host ?? 'localhost', port, ...options })
      const giveUp = (error: Error): void => {
        socket.destroy()
        reject(error)
      }
      socket.setTimeout(timeout, () => giveUp(new Error(`no connection within ${timeout} ms`)))
      socket.once('error', giveUp)
      socket.once('connect', () => {
        socket.setTimeout(0)
        socket.removeAllListeners('timeout')
        socket.off('error', giveUp)
        resolve(attach(socket, listener))
      })
    })
  }
}

/** Passes on what a socket tells. */
function attach(socket: Socket, listen: (link: Link) => LinkListener): Link {
  const link = new SocketLink(socket)
  const listener = listen(link)
  socket.on('data', (bytes) => listener.received(bytes))
  socket.on('drain', () => listener.drained())
  socket.on('error', ignore)
  socket.on('close', () => listener.ended())
  return link
}

/** A reset is an end like any other: 'close' follows. */
function ignore(): void {}
