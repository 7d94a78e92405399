/**
 * States on their way to another thread or to a file. What a number means is a matter of each thread, so components travel
 * as texts, each at most once to each reader, and rows as numbers into what the reader was sent.
 */
import type { Components, Space } from '../model/space.js'
import { Column } from '../values/int-tables.js'

/** Rows in a form that any thread reads. */
export interface StateBatch {
  /** By kind of component: texts that the reader hasn't been sent before, in the order of their numbers. */
  readonly texts: readonly (readonly string[])[]
  /** Rows of numbers into all texts that the reader was sent, of each slot's kind. */
  readonly rows: Int32Array
}

/** Packs rows for one reader. */
export class BatchPacker {
  private readonly kinds: readonly Components[]
  private readonly kindOf: readonly number[]
  private readonly sent: readonly Column[]
  private readonly counts: number[]

  constructor(private readonly space: Space) {
    this.kinds = kindsOf(space)
    this.kindOf = space.components.map((components) => this.kinds.indexOf(components))
    this.sent = this.kinds.map(() => new Column(-1))
    this.counts = this.kinds.map(() => 0)
  }

  pack(rows: Int32Array): StateBatch {
    const texts = this.kinds.map((): string[] => [])
    const { slots } = this.space
    const packed = new Int32Array(rows.length)
    for (let at = 0; at < rows.length; at++)
      packed[at] = this.number(this.kindOf[at % slots]!, rows[at]!, texts)
    return { texts, rows: packed }
  }

  private number(kind: number, id: number, texts: readonly string[][]): number {
    const known = this.sent[kind]!.get(id)
    if (known !== -1) return known
    texts[kind]!.push(this.kinds[kind]!.text(id))
    this.sent[kind]!.set(id, this.counts[kind]!)
    return this.counts[kind]!++
  }
}

/** Reads the batches of one sender, in the order in which they were packed. */
export class BatchUnpacker {
  private readonly kinds: readonly Components[]
  private readonly kindOf: readonly number[]
  private readonly ids: readonly number[][]

  constructor(private readonly space: Space) {
    this.kinds = kindsOf(space)
    this.kindOf = space.components.map((components) => this.kinds.indexOf(components))
    this.ids = this.kinds.map(() => [])
  }

  unpack({ texts, rows }: StateBatch): Int32Array {
    texts.forEach((ofKind, kind) => {
      for (const text of ofKind) this.ids[kind]!.push(this.kinds[kind]!.read(text))
    })
    const { slots } = this.space
    return rows.map((number, at) => this.ids[this.kindOf[at % slots]!]![number]!)
  }
}

function kindsOf(space: Space): readonly Components[] {
  return [...new Set(space.components)]
}
