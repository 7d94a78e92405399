/**
 * The contents of channels, numbered: a content is the one it extends and a last message, so that equal contents have
 * equal numbers, and taking from the front, adding and cutting at a mark are looked up.
 */
import { Hashes, mix } from '../values/fingerprint.js'
import type { Interner } from '../values/interner.js'
import type { Components } from '../model/space.js'
import { Column, PairTable } from '../values/int-tables.js'

/** The number of the empty content. */
export const empty = 0
/** In place of a message: the end of a connection. */
export const mark = 0

/** Contents by number. A message's token is its number plus one; {@link mark} is the end of a connection. */
export class Channels<Message> implements Components {
  readonly hashes = new Hashes()
  private readonly shorter: number[] = [empty]
  private readonly last: number[] = [mark]
  private readonly first: number[] = [mark]
  private readonly pushed = new PairTable()
  private readonly tails = new Column(-1)
  private readonly marks: number[] = [0]

  constructor(private readonly messages: Interner<Message>) {
    this.hashes.add({ low: 0x5bd1e995, high: 0x1b873593 })
  }

  /** The content with a token added. */
  push(content: number, token: number): number {
    const known = this.pushed.get(content, token)
    return known === -1 ? this.extend(content, token) : known
  }

  /** The oldest token. */
  head(content: number): number {
    return this.first[content]!
  }

  /** The content without its oldest token. */
  tail(content: number): number {
    const known = this.tails.get(content)
    if (known !== -1) return known
    const tail = this.of(this.tokens(content).slice(1))
    this.tails.set(content, tail)
    return tail
  }

  /** Whether the end of a connection is under way. */
  hasMark(content: number): boolean {
    return this.marks[content]! > 0
  }

  /** What follows the first mark. */
  afterFirstMark(content: number): number {
    const tokens = this.tokens(content)
    return this.of(tokens.slice(tokens.indexOf(mark) + 1))
  }

  /** The content up to its last mark, with it; empty without a mark. */
  upToLastMark(content: number): number {
    let cut = content
    while (cut !== empty && this.last[cut] !== mark) cut = this.shorter[cut]!
    return cut
  }

  /** The content whose tokens are these, oldest first. */
  of(tokens: readonly number[]): number {
    return tokens.reduce((content, token) => this.push(content, token), empty)
  }

  /** Oldest first. */
  tokens(content: number): number[] {
    const tokens: number[] = []
    for (let at = content; at !== empty; at = this.shorter[at]!) tokens.push(this.last[at]!)
    return tokens.reverse()
  }

  /** Oldest first; null is the end of the connection. */
  contents(content: number): (Message | null)[] {
    return this.tokens(content).map((token) => (token === mark ? null : this.messages.value(token - 1)))
  }

  /** The number of a content, from what {@link contents} gives. */
  intern(messages: readonly (Message | null)[]): number {
    return this.of(messages.map((message) => (message === null ? mark : this.messages.intern(message) + 1)))
  }

  text(content: number): string {
    const texts = this.tokens(content).map((token) =>
      token === mark ? 'null' : this.messages.text(token - 1),
    )
    return `[${texts.join(',')}]`
  }

  read(text: string): number {
    return this.intern(JSON.parse(text) as (Message | null)[])
  }

  private extend(content: number, token: number): number {
    const hashes = this.messages.hashes
    const low = token === mark ? 0x27d4eb2f : hashes.low[token - 1]!
    const high = token === mark ? 0x165667b1 : hashes.high[token - 1]!
    const before = mix(token === mark ? 1 : 2, this.hashes.low[content]!, this.hashes.high[content]!)
    const number = this.hashes.add(mix(3, before.low ^ low, before.high ^ high))
    this.shorter.push(content)
    this.last.push(token)
    this.first.push(content === empty ? token : this.first[content]!)
    this.marks.push(this.marks[content]! + (token === mark ? 1 : 0))
    this.pushed.add(content, token, number)
    return number
  }
}
