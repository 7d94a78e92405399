/**
 * Makes a path that breaks something short: drops steps as long as what follows still breaks the same thing (delta
 * debugging), then looks for the shortest path that uses no other steps than those left.
 */
import type { Violation } from '../model/counterexample.js'
import { brokenIn, deadlock, keyOf, thrown } from '../model/findings.js'
import { shortest } from './shortest-path.js'
import type { Space } from '../model/space.js'

/** A path, and what is broken at its end. */
export interface Broken {
  readonly start: Int32Array
  readonly codes: readonly number[]
  readonly violation: Violation
}

/** States that the whole may expand: a second or so. */
const patience = 500_000

/** The shortest equivalent found. What is broken stays the same rule and name; its values may differ. */
export function minimize(space: Space, broken: Broken): Broken {
  const trial = new Trial(space, broken)
  const shorter = dropSteps(trial, broken)
  const path = shortest(space, shorter.start, shorter.codes, (codes) => trial.run(codes) !== null)
  return (path === null ? null : trial.run(path)) ?? shorter
}

function dropSteps(trial: Trial, broken: Broken): Broken {
  let best = trial.run(broken.codes) ?? broken
  let size = Math.ceil(best.codes.length / 2)
  while (size >= 1) {
    const shorter = dropPieces(trial, best, size)
    if (shorter === best && size === 1) return best
    size = shorter === best ? Math.ceil(size / 2) : Math.min(size, Math.ceil(shorter.codes.length / 2))
    best = shorter
  }
  return best
}

/** Tries to drop each piece of so many steps, from the end. */
function dropPieces(trial: Trial, broken: Broken, size: number): Broken {
  let best = broken
  for (let from = best.codes.length - size; from > -size && !trial.tired(); from -= size) {
    const kept = best.codes.filter((_, at) => at < from || at >= from + size)
    const shorter = kept.length < best.codes.length ? trial.run(kept) : null
    if (shorter !== null) best = shorter
    from = Math.min(from, best.codes.length)
  }
  return best
}

/** Runs paths, and says whether they break the same thing. */
class Trial {
  private readonly key: string
  private expanded = 0
  private readonly row: Int32Array
  private successors = 0
  private wanted = -1
  private taken = false
  private found: Violation | null = null
  private readonly atStart: Violation | null

  constructor(
    private readonly space: Space,
    private readonly broken: Broken,
  ) {
    this.key = keyOf(broken.violation)
    this.row = new Int32Array(space.slots)
    this.atStart = this.same(broken.start)
  }

  tired(): boolean {
    return this.expanded > patience
  }

  /** The steps of a path that were allowed where they came, up to the first state that breaks the same thing; or null. */
  run(codes: readonly number[]): Broken | null {
    const { start } = this.broken
    this.row.set(start)
    this.found = this.atStart
    const taken: number[] = []
    for (const code of [...codes, -1]) {
      if (this.found !== null) return { start, codes: taken, violation: this.found }
      if (this.step(code)) taken.push(code)
    }
    return this.found === null ? null : { start, codes: taken, violation: this.found }
  }

  /** Takes a step if it is allowed, and notes whether the state before or after it breaks the same thing. */
  private step(code: number): boolean {
    const { space } = this
    space.load(this.row, 0)
    this.expanded++
    this.successors = 0
    this.wanted = code
    this.taken = false
    try {
      space.expand(this.look)
    } catch (error) {
      this.found = this.ifSame([thrown(error)])
      return false
    }
    if (this.taken) return true
    if (space.refused) this.found = this.same(space.current)
    else if (this.successors === 0 && !space.mayEnd())
      this.found = this.ifSame([deadlock(space.plain, space.decode(space.current))])
    return false
  }

  private readonly look = (): void => {
    const { space } = this
    this.successors++
    if (this.taken || space.code() !== this.wanted) return
    this.taken = true
    this.row.set(space.next)
    if (space.broken()) this.found = this.same(space.next)
  }

  private same(row: Int32Array): Violation | null {
    return this.ifSame(brokenIn(this.space.plain, this.space.decode(row)))
  }

  private ifSame(violations: readonly Violation[]): Violation | null {
    return violations.find((violation) => keyOf(violation) === this.key) ?? null
  }
}
