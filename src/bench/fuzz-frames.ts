/** `npm run fuzz`: a million frames through the decoders, from a seed that it prints. */
import { parseArgs } from 'node:util'
import { fuzz } from '../wire/fuzz/fuzz.js'

const { values } = parseArgs({ options: { seed: { type: 'string' }, frames: { type: 'string' } } })
const seed = values.seed === undefined ? Date.now() >>> 0 : Number(values.seed)
const frames = Number(values.frames ?? 1_000_000)

process.stdout.write(`${frames} frames from seed ${seed}\n`)
try {
  const { decoded, refused } = fuzz(seed, frames, (done) => process.stdout.write(`  ${done}\n`))
  process.stdout.write(
    `${decoded} decoded, ${refused} refused by a MarshallingError; nothing else was thrown, nothing read outside\n`,
  )
} catch (error) {
  process.stdout.write(
    `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nagain: npm run fuzz -- --seed ${seed}\n`,
  )
  process.exitCode = 1
}
