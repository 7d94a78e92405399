/** The names that a scenario gives to sessions: the client's that was given it, numbered from its second on. */
export class SessionNaming {
  readonly names = new Map<bigint, string>()
  private readonly latest = new Map<string, bigint>()
  private readonly counts = new Map<string, number>()

  /** A client was given a new session. */
  given(client: string, id: bigint): void {
    const count = (this.counts.get(client) ?? 0) + 1
    this.counts.set(client, count)
    this.latest.set(client, id)
    this.names.set(BigInt.asIntN(64, id), count === 1 ? client : `${client}#${count}`)
  }

  /** The latest session of a client; an unknown one for a client that never had any. */
  of(client: string): bigint {
    return this.latest.get(client) ?? 0x7777n
  }
}
