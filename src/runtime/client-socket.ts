/**
 * The TCP side of a client: opens a socket for a `Client` and carries its bytes.
 */
import { createConnection } from 'node:net'
import { Client, type Hello } from '../client/client.js'

/** Where to connect, and what the handshake says. */
export interface ConnectOptions extends Hello {
  readonly port: number
  readonly host?: string
}

/** Opens a connection without a word. Rejects when nobody listens. */
export function openClient({ port, host = '127.0.0.1' }: ConnectOptions): Promise<Client> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host, noDelay: true, allowHalfOpen: false })
    let failure: Error | undefined
    const client = new Client({
      send: (bytes) => void socket.write(bytes),
      end: () => void socket.end(),
      destroy: () => void socket.destroy(),
      pause: () => void socket.pause(),
      resume: () => void socket.resume(),
    })
    socket.on('connect', () => resolve(client))
    socket.on('data', (bytes) => client.received(bytes))
    socket.on('error', (error) => {
      failure = error
      reject(error)
    })
    socket.on('close', () => client.ended(failure))
  })
}

/**
 * Opens a connection and shakes hands. The answer is `client.response`, a refusal (`timeOut` 0) too; rejects with
 * `ConnectionClosed` when the server ends the connection without one.
 */
export async function connectClient(options: ConnectOptions): Promise<Client> {
  const client = await openClient(options)
  await client.greet(options)
  return client
}
