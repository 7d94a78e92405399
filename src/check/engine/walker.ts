/** Random walks in one thread: from an initial state, one step after the other, until something is broken or the walk is long enough. */
import type { Violation } from '../model/counterexample.js'
import { brokenIn, deadlock, thrown } from '../model/findings.js'
import { hashText } from '../values/fingerprint.js'
import { Random } from '../../random/random.js'
import type { Space } from '../model/space.js'

/** A walk that met something. */
export interface Walked {
  readonly start: Int32Array
  readonly codes: readonly number[]
  readonly violation: Violation
}

/** How much more likely a walk of a swarm takes a step of some kind; a quarter of the kinds it avoids. */
const swarmWeights = [0, 1, 1, 4] as const

/** Walks. */
export class Walker {
  /** States generated, over all walks. */
  generated = 0
  private random = new Random(0)
  private salt = 0
  private weights: number[] = []
  private readonly chosen: Int32Array
  private chosenCode = -1
  private started = false
  private total = 0
  private seen = 0
  private anyOf = 0
  private brokenCode = -1
  private violation: Violation | null = null

  constructor(
    private readonly space: Space,
    private readonly seed: number,
    /** Whether each walk has its own taste for kinds of steps. */
    private readonly swarm: boolean,
  ) {
    this.chosen = new Int32Array(space.slots)
  }

  /** The walk of a number, which alone with the seed decides where it goes; null when it met nothing. */
  walk(number: number, depth: number): Walked | null {
    this.random = new Random(this.seed, number)
    this.salt = this.random.word()
    this.weights = []
    const start = this.start()
    const codes: number[] = []
    if (this.violation !== null) return { start, codes, violation: this.violation }
    while (codes.length < depth) {
      const ended = this.step(codes)
      if (this.violation !== null) return { start, codes, violation: this.violation }
      if (ended) return null
    }
    return null
  }

  /** Picks an initial state. */
  private start(): Int32Array {
    this.reset()
    this.started = false
    this.space.initial(this.consider)
    this.started = true
    return this.chosen.slice()
  }

  /** Takes a step from the chosen state. Whether there was none. */
  private step(codes: number[]): boolean {
    const { space } = this
    space.load(this.chosen, 0)
    this.reset()
    try {
      space.expand(this.consider)
    } catch (error) {
      this.violation = thrown(error)
      return false
    }
    if (this.violation !== null) codes.push(this.brokenCode)
    else if (space.refused) this.violation = brokenIn(space.plain, space.decode(space.current))[0] ?? null
    else if (this.seen === 0 && !space.mayEnd())
      this.violation = deadlock(space.plain, space.decode(space.current))
    else if (this.seen > 0) codes.push(this.chosenCode)
    return this.seen === 0
  }

  private reset(): void {
    this.total = this.seen = this.anyOf = 0
    this.violation = null
  }

  /** Picks one of the states it is shown, each with the weight of its step's kind; any, while all weigh nothing. */
  private readonly consider = (): void => {
    if (this.violation !== null) return
    const { space, random } = this
    this.generated++
    this.seen++
    const weight = this.swarm && this.started ? this.weight(space.kind) : 1
    this.total += weight
    if (weight > 0 ? random.part() * this.total < weight : this.total === 0 && this.isPick()) {
      this.chosen.set(space.next)
      if (this.started) this.chosenCode = space.code()
    }
    if (!space.broken()) return
    this.violation = brokenIn(space.plain, space.decode(space.next))[0] ?? null
    this.brokenCode = this.started ? space.code() : -1
    this.chosen.set(space.next)
  }

  private isPick(): boolean {
    return this.random.part() * ++this.anyOf < 1
  }

  /** By the kind's name, since its number depends on which walks this thread took before. */
  private weight(kind: number): number {
    const known = this.weights[kind]
    if (known !== undefined) return known
    const { low } = hashText(`${this.salt} ${this.space.kinds[kind] ?? ''}`)
    return (this.weights[kind] = swarmWeights[low & 3] ?? 1)
  }
}
