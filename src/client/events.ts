/**
 * What a client has heard, in the order in which it arrived: what tests, scenarios and comparisons look at.
 */
import type { ConnectResponse, Notification, Reply, Request } from '../../spec/vocabulary/index.js'

/** One thing that arrived. `sequence` counts from 0, over all kinds. */
export type ClientEvent =
  | { readonly sequence: number; readonly type: 'connected'; readonly response: ConnectResponse }
  | {
      readonly sequence: number
      readonly type: 'reply'
      /** The operation that it answers; absent when nothing was asked with its xid. */
      readonly op?: Request['op']
      readonly reply: Reply
    }
  | { readonly sequence: number; readonly type: 'notification'; readonly notification: Notification }
  /** The connection's end. `error` when it was reset, or when the server sent what could not be read. */
  | { readonly sequence: number; readonly type: 'closed'; readonly error?: Error }

/** The kind of a {@link ClientEvent}. */
export type ClientEventType = ClientEvent['type']

/** An event before it has its place in the order. */
export type Unnumbered<E = ClientEvent> = E extends ClientEvent ? Omit<E, 'sequence'> : never

/** A request or a handshake that the connection's end left without an answer. */
export class ConnectionClosed extends Error {
  override readonly name = 'ConnectionClosed'

  constructor(waiting: string, cause?: Error) {
    super(`the connection was closed before ${waiting} was answered${cause ? `: ${cause.message}` : ''}`, {
      cause,
    })
  }
}
