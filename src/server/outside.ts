/** All that a server needs from outside: the runtime gives the real thing, a simulation its own. */
import type { Clock } from '../platform/clock.js'
import type { Compression } from '../platform/compression.js'
import type { Disk } from '../storage/disk.js'
import type { Hash } from './authenticate.js'
import type { ConnectionNumber, Transport } from './effects.js'

/** What connections tell; the core's inputs. */
export interface Inbound {
  connectionOpened(id: ConnectionNumber, address: string, port: number): void
  bytesReceived(id: ConnectionNumber, bytes: Uint8Array): void
  connectionClosed(id: ConnectionNumber): void
  /** Output that was held up has been taken. */
  drained(id: ConnectionNumber): void
  /** Called after each input: send what is ready. */
  flush(): void
}

/** Where clients connect. */
export interface Listener extends Transport {
  /** Starts to accept. Gives the port; rejects when it can't be had. */
  listen(inbound: Inbound, port: number, host: string | null, backlog: number): Promise<number>
  /** Stops accepting; connections live on. */
  stopAccepting(): void
  /** Drops every connection and stops accepting. */
  destroy(): void
  /** Resolves when every connection has ended, or after `grace` milliseconds has ended them. */
  closed(grace: number): Promise<void>
}

/** What only the process knows. */
export interface ProcessInfo {
  readonly id: number
  readonly version: string
  environment(): readonly (readonly [string, string])[]
  fileDescriptors(): { readonly open: number; readonly max: number }
}

export interface Outside {
  readonly disk: Disk
  readonly clock: Clock
  readonly listener: Listener
  /** From 0 to 1, 1 excluded. */
  readonly random: () => number
  readonly hash: Hash
  readonly compression: Compression
  readonly process: ProcessInfo
}
