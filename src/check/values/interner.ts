/** Numbers values: each distinct plain value gets one small int, its hash is computed once, and it is kept for good. */
import { canonical } from './canonical.js'
import { Hashes, hashText } from './fingerprint.js'

/** Values by their number, numbers by their value. */
export class Interner<Value> {
  readonly hashes = new Hashes()
  private readonly numbers = new Map<string, number>()
  private readonly values: Value[] = []

  get count(): number {
    return this.values.length
  }

  /** The number of a value, a new one when no equal value was seen. */
  intern(value: Value): number {
    const text = canonical(value)
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    this.numbers.set(text, this.values.length)
    this.values.push(value)
    return this.hashes.add(hashText(text))
  }

  /** The value of a number that {@link intern} gave. */
  value(number: number): Value {
    return this.values[number] as Value
  }

  /** The value's canonical text: what {@link read} takes, here or in another process. */
  text(number: number): string {
    return canonical(this.values[number])
  }

  /** The number of the value that a text holds. */
  read(text: string): number {
    return this.numbers.get(text) ?? this.intern(JSON.parse(text) as Value)
  }
}
