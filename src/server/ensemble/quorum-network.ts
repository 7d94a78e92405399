/** The connections between a leader and its learners, as the server needs them: the runtime has sockets, a simulation its own. */

/** Where a server listens for others. `host` null: on every address. */
export interface PeerAddress {
  readonly host: string | null
  readonly port: number
}

/** A connection. Bytes arrive in order or not at all, and it ends for both sides. */
export interface Link {
  /** Who is at the other end, for log lines. */
  readonly peer: string
  send(bytes: Uint8Array): void
  /** Bytes that were sent and have not left this server. */
  readonly unsent: number
  /** Ends it at once; `ended` follows. */
  close(): void
}

/** What a connection tells. */
export interface LinkListener {
  received(bytes: Buffer): void
  /** All that was sent has left. */
  drained(): void
  /** Comes once, whoever ended it; nothing comes behind it. */
  ended(): void
}

/** A port that learners connect to. */
export interface QuorumPort {
  /** Accepts no more, and ends what it accepted. Resolves when the port is free. */
  close(): Promise<void>
}

export interface QuorumNetwork {
  /** Rejects when the port can't be had. */
  listen(at: PeerAddress, accept: (link: Link) => LinkListener): Promise<QuorumPort>
  /** Connects within `timeout` milliseconds, or rejects. */
  connect(to: PeerAddress, timeout: number, listener: (link: Link) => LinkListener): Promise<Link>
}
