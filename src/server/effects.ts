/** What the core asks of the world: connections, the log, the operator. The runtime gives it; a simulation can too. */
import type { Transaction } from '../tree/txn.js'

/** A connection, numbered by the runtime, never reused. */
export type ConnectionNumber = number

/** The connections' side. Nothing here answers later: the world's answers come as inputs of the core. */
export interface Transport {
  /**
   * Sends bytes. `taken`: the buffer may be used again; `kept`: it must not be touched any more;
   * `full`: kept, and nothing more should be sent until `drained`.
   */
  send(id: ConnectionNumber, bytes: Uint8Array): 'taken' | 'kept' | 'full'
  /** Ends a connection after what was sent. */
  close(id: ConnectionNumber): void
  /** Ends a connection at once. */
  drop(id: ConnectionNumber): void
  pause(id: ConnectionNumber): void
  resume(id: ConnectionNumber): void
}

/** The log's side: `append` returns at once; durability comes as the input `logDurable`. */
export interface Journal {
  append(transaction: Transaction): void
}
