/** What a scenario runs on: the spec's service, or a real server behind real sockets. */
import type { Command } from './scenario-command.js'
import type { Seen, SessionNames } from './format-reply.js'

/** Whom something happened to, and what; what happened to one client is in order. */
export interface Happened {
  /** Connections are numbered from 1, as they are made. */
  readonly connection: number
  readonly client: string
  readonly seen: Seen
}

export interface World {
  /** Sessions by the names of the clients that were given them. */
  readonly names: SessionNames
  /** Does the commands without waiting between them, then waits until nothing more follows. By connection, in order. */
  perform(commands: readonly Command[]): Promise<readonly Happened[]>
  /** Ends the world. */
  end(): Promise<void>
}
