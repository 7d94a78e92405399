/** A run that is to be killed: writes checkpoints into the directory that it is given, as often as it can. */
import { check, requestOf } from '../../../src/runtime/check/explore-space.js'
import { sourceOf, type System } from './spaces.js'

/** Some seconds of work. */
export const longSystem: System = {
  system: 'links',
  bounds: { processes: 3, messages: 1, crashes: 1, cuts: 0, opens: 1 },
}

const [, , directory] = process.argv
if (directory !== undefined)
  await check(sourceOf(longSystem), {
    request: requestOf('long'),
    workers: 2,
    checkpoint: { directory, every: 0.05 },
  })
