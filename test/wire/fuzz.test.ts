/** The decoders meet what nobody should send. `npm run fuzz` does the same with a million frames. */
import test from 'ava'
import { fuzz, FuzzFailure } from '../../src/wire/fuzz/fuzz.js'
import { JuteReader } from '../../src/wire/index.js'

// Serial: they watch or replace what all decoders share.
test.serial(
  'WIRE-11: mutated records decode or give a MarshallingError, and nothing outside is read',
  (t) => {
    for (const seed of [1, 2, 3]) {
      const { decoded, refused } = fuzz(seed, 20_000)
      t.is(decoded + refused, 20_000)
      t.true(decoded > 2000 && refused > 2000, `${decoded} decoded, ${refused} refused`)
    }
  },
)

test.serial('WIRE-12: no memory is taken by a length that was only told', (t) => {
  const allocate = Buffer.allocUnsafeSlow
  let most = 0
  Buffer.allocUnsafeSlow = (size: number) => {
    most = Math.max(most, size)
    return allocate(size)
  }
  try {
    fuzz(4, 20_000)
  } finally {
    Buffer.allocUnsafeSlow = allocate
  }
  t.true(most > 0 && most <= 4096, `${most} bytes at once`)
})

const broken: readonly [what: string, method: 'int' | 'nullableString' | 'bool', reads: () => unknown][] = [
  [
    'throws something else',
    'nullableString',
    () => {
      throw new TypeError('x')
    },
  ],
  ['says that it is elsewhere', 'int', () => 0x7fff_ffff],
]
for (const [what, method, replacement] of broken) {
  test.serial(`a decoder that ${what} is caught`, (t) => {
    const prototype = JuteReader.prototype as unknown as Record<string, unknown>
    const right = prototype[method]
    let calls = 0
    prototype[method] = function (this: JuteReader) {
      return ++calls % 50 === 0 ? replacement.call(this) : (right as () => unknown).call(this)
    }
    try {
      t.throws(() => fuzz(5, 5000), {
        instanceOf: FuzzFailure,
        message: /^seed 5, frame \d+: \w+ of [0-9a-f]+/,
      })
    } finally {
      prototype[method] = right
    }
  })
}

test.serial('a decoder that reads past its end is caught', (t) => {
  const prototype = JuteReader.prototype
  const right = prototype.bool
  prototype.bool = function () {
    const cursor = this as unknown as { at: number; bytes: Buffer }
    return cursor.bytes[cursor.at++] !== 0
  }
  try {
    t.throws(() => fuzz(6, 20_000), { instanceOf: FuzzFailure, message: /read/ })
  } finally {
    prototype.bool = right
  }
})
