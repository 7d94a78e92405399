/**
 * What clients find at a server of an ensemble that has no leader: four-letter words are answered, all else is closed
 * without a word.
 */
import type { ServerConfig } from '../config/config.js'
import type { ConnectionNumber, Transport } from '../effects.js'
import { isAllowed, notAllowed, wordOf } from '../four-letter/commands.js'
import type { Inbound } from '../outside.js'

const text = new TextEncoder()
const notServing = 'This ZooKeeper instance is not currently serving requests\n'

export class NotServing implements Inbound {
  /** What each connection has said that is no whole word yet, and since when it is waited for. */
  private readonly heads = new Map<ConnectionNumber, Buffer>()
  private readonly since = new Map<ConnectionNumber, number>()

  constructor(
    private readonly transport: Transport,
    private readonly config: ServerConfig,
  ) {}

  connectionOpened(id: ConnectionNumber): void {
    this.heads.set(id, Buffer.alloc(0))
  }

  bytesReceived(id: ConnectionNumber, bytes: Uint8Array): void {
    const earlier = this.heads.get(id)
    if (earlier === undefined) return
    const head = Buffer.concat([earlier, bytes])
    this.heads.set(id, head)
    if (head.length < 4) return
    this.heads.delete(id)
    const word = wordOf(head.readInt32BE(0))
    if (word === undefined) return this.transport.drop(id)
    this.transport.send(id, text.encode(this.answer(word)))
    this.transport.close(id)
  }

  connectionClosed(id: ConnectionNumber): void {
    this.heads.delete(id)
    this.since.delete(id)
  }

  /** WIRE-19: whoever says nothing does not stay. Milliseconds of a clock that does not go back. */
  tick(now: number): void {
    for (const id of this.heads.keys()) {
      const since = this.since.get(id)
      if (since === undefined) this.since.set(id, now)
      else if (now - since > this.config.sessionlessCnxnTimeout) this.transport.drop(id)
    }
  }

  drained(): void {}

  flush(): void {}

  private answer(word: string): string {
    if (!isAllowed(word, this.config.fourLetterWords)) return notAllowed(word)
    if (word === 'ruok') return 'imok'
    return word === 'isro' ? 'null' : notServing
  }
}
