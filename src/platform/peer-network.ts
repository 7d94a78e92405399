/** The connections between servers of an ensemble, on both of their ports: the runtime has sockets, a simulation its own. */

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
  /** Takes nothing more of what arrives, until `resume`: then the other side has to wait. */
  pause(): void
  resume(): void
  /** Ends it once what was sent has left. */
  end(): void
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

/** A port that other servers connect to. */
export interface PeerPort {
  /** Accepts no more, and ends what it accepted. Resolves when the port is free. */
  close(): Promise<void>
}

export interface PeerNetwork {
  /** Rejects when the port can't be had. */
  listen(at: PeerAddress, accept: (link: Link) => LinkListener): Promise<PeerPort>
  /** Connects within `timeout` milliseconds, or rejects. */
  connect(to: PeerAddress, timeout: number, listener: (link: Link) => LinkListener): Promise<Link>
}
