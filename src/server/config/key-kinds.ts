/** The kinds of keys of `zoo.cfg`: how a value is written, and where it goes. */
import type { ServerConfig } from './config.js'

/** A key that zoospec offers. */
export interface OfferedKey {
  readonly key: string
  /** What a value must look like; completes "expected ...". */
  readonly expects: string
  /** The default in words, when it isn't simply the value. */
  readonly default: string
  readonly about: string
  /** Takes the value over; false when it isn't what the key expects. */
  readonly set: (config: ServerConfig, value: string) => boolean
}

/** The settings of a type. */
type KeysOf<T> = { [K in keyof ServerConfig]-?: ServerConfig[K] extends T ? K : never }[keyof ServerConfig]

/** How a number is written: in decimal, or as `Integer.decode` of Java takes it too. */
type Notation = 'decimal' | 'decoded'

const shapes: Readonly<Record<Notation, RegExp>> = {
  decimal: /^[+-]?\d+$/,
  decoded: /^[+-]?(?:(?:0x|#)[\da-f]+|0[0-7]*|[1-9]\d*)$/i,
}

/** The number that a text stands for; undefined when it is none. */
function numberOf(text: string, notation: Notation): number | undefined {
  if (!shapes[notation].test(text)) return undefined
  if (notation === 'decimal') return Number(text)
  const [, sign, hex, octal, decimal] = /^([+-]?)(?:(?:0x|#)([\da-f]+)|0([0-7]+)|(\d+))$/i.exec(text)!
  const size =
    hex !== undefined ? parseInt(hex, 16) : octal !== undefined ? parseInt(octal, 8) : Number(decimal)
  return sign === '-' ? -size : size
}

function number(notation: Notation) {
  return (
    key: string,
    name: KeysOf<number>,
    fallback: string,
    about: string,
    min = 0,
    max = 2 ** 31 - 1,
  ): OfferedKey => {
    const least = min === -(2 ** 31) ? '' : ` of at least ${min}`
    const bounds = max === 2 ** 31 - 1 ? least : ` from ${min} to ${max}`
    return {
      key,
      expects: `a whole number${bounds}`,
      default: fallback,
      about,
      set: (config, value) => {
        const read = numberOf(value, notation)
        if (read === undefined || read < min || read > max) return false
        config[name] = read
        return true
      },
    }
  }
}

/** A number that Apache reads with `Integer.parseInt`. */
export const int = number('decimal')

/** A number that Apache reads from a system property: `0x` or `#` begins a hexadecimal one, `0` an octal one. */
export const decodedInt = number('decoded')

export function flag(
  key: string,
  name: KeysOf<boolean>,
  fallback: string,
  about: string,
  yes = 'true',
  no = 'false',
): OfferedKey {
  return {
    key,
    expects: `${yes} or ${no}`,
    default: fallback,
    about,
    set: (config, value) => {
      const word = value.toLowerCase()
      if (word !== yes && word !== no) return false
      config[name] = word === yes
      return true
    },
  }
}

export function text(
  key: string,
  expects: string,
  fallback: string,
  about: string,
  set: OfferedKey['set'],
): OfferedKey {
  return { key, expects, default: fallback, about, set }
}
