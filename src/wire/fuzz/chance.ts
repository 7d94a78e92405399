/** Chance from a seed: the same seed gives the same frames everywhere (mulberry32). */

/** Gives numbers from 0 up to below `limit`. */
export type Chance = (limit: number) => number

export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit)
  }
}
