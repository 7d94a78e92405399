/** One run: level after level, with the table that grows between, and in the end what was found. */
import { balanceWorkers } from '../../check/engine/balance-workers.js'
import type { Counterexample } from '../../check/model/counterexample.js'
import { writeCheckpoint } from './checkpoint-files.js'
import type { Identity, Saved } from '../../check/engine/checkpoint-format.js'
import type { PoolWorker } from '../../check/engine/pool-worker.js'
import type { ExplorerOptions, Report } from '../../check/engine/explorer.js'
import { explain, type Explored, outOfReach } from '../../check/engine/explain-findings.js'
import { type Finding, isOutOfMemory, keyOf } from '../../check/model/findings.js'
import { memoryLimitOfMachine, memoryTaken } from './memory.js'
import {
  type CheckOptions,
  type CheckResult,
  collisionProbability,
  statesLeft,
} from '../../check/engine/check-result.js'
import {
  type Counter,
  counterAt,
  type SharedCounters,
  stopAll,
  total,
} from '../../check/engine/shared-counters.js'
import type { Space } from '../../check/model/space.js'
import type { Visited } from '../../check/engine/visited.js'

const outOfMemory = 'the memory is full'
const interrupted = 'interrupted'

/** What a run needs beside what it was asked for. */
export interface Settings extends ExplorerOptions {
  readonly narrow: number
}

/** A run in progress. */
export class Exploration {
  private started = performance.now()
  private savedAt = performance.now()
  private readonly findings = new Map<string, Finding>()
  private readonly levels: number[] = []
  private waiting = 0
  private readonly bounds: string[] = []
  private stopped: string | null = null
  private reported = { at: performance.now(), generated: 0 }

  constructor(
    private readonly space: Space,
    private readonly workers: readonly PoolWorker[],
    private visited: Visited,
    private readonly shared: SharedCounters,
    private readonly settings: Settings,
    private readonly options: CheckOptions,
    private readonly identity: Identity,
  ) {}

  /** Runs to the end, or to a bound, a violation, an abort or the end of memory; from what was saved, if something was. */
  async run(saved: Saved | null): Promise<CheckResult> {
    const { signal, progress, progressEvery = 1 } = this.options
    const abort = () => this.stop(interrupted)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    const timer = progress && setInterval(() => this.tellProgress(), progressEvery * 1000)
    try {
      await (saved === null ? this.begin() : this.goOn(saved))
      while (this.waiting > 0 && !this.isOver()) await this.level()
      if (this.stopped === null || this.stopped === interrupted) await this.save()
      const violations = [...this.findings.values()].map((finding) => explain(this.explored(), finding))
      return this.result([...violations, ...(await this.checkGoal())])
    } finally {
      clearInterval(timer)
      signal?.removeEventListener('abort', abort)
      await Promise.all(this.workers.map((worker) => worker.end()))
    }
  }

  private async begin(): Promise<void> {
    for (;;) {
      const report = await this.workers[0]!.seed()
      this.keep(report)
      if (report.status !== 'full' || !(await this.grow())) break
    }
    await this.nextLevel()
  }

  private async goOn({ standing, waiting, found, edges }: Saved): Promise<void> {
    const { workers, shared } = this
    this.started -= standing.seconds * 1000
    this.levels.push(...standing.levels)
    shared.counts[counterAt(0, 0)] = standing.generated
    shared.counts[counterAt(0, 1)] = standing.distinct
    for (const finding of standing.findings) this.findings.set(keyOf(finding.violation), finding)
    for (const [which, batches] of [
      ['waiting', waiting],
      ['found', found],
    ] as const)
      for (const [at, batch] of batches.entries()) await workers[at % workers.length]!.restore(batch, which)
    await workers[0]!.takeEdges(edges)
    this.waiting = standing.levels.at(-1) ?? 0
  }

  /** Writes a checkpoint, if the run is asked for any. No worker may explore meanwhile. */
  private async save(): Promise<void> {
    const { checkpoint } = this.options
    if (checkpoint === undefined) return
    const ask = <T>(of: (worker: PoolWorker) => Promise<T>) => Promise.all(this.workers.map(of))
    writeCheckpoint(checkpoint.directory, {
      identity: this.identity,
      standing: {
        generated: this.count(0),
        distinct: this.count(1),
        seconds: this.seconds(),
        levels: this.levels,
        findings: [...this.findings.values()],
      },
      visited: this.visited,
      waiting: await ask((worker) => worker.copy('waiting')),
      found: await ask((worker) => worker.copy('found')),
      edges: (await ask((worker) => worker.edges())).flat(),
    })
    this.savedAt = performance.now()
  }

  /** Milliseconds until the next checkpoint. */
  private untilSave(): number {
    const { checkpoint } = this.options
    if (checkpoint === undefined) return Infinity
    return Math.max(0, this.savedAt + (checkpoint.every ?? 60) * 1000 - performance.now())
  }

  private seconds(): number {
    return (performance.now() - this.started) / 1000
  }

  /** Expands all states of a level; what they lead to waits in the next. */
  private async level(): Promise<void> {
    let busy = [...this.workers]
    while (busy.length > 0) {
      const reports = await Promise.all(busy.map((worker) => this.explore(worker)))
      for (const report of reports) this.keep(report)
      if (reports.some(({ status }) => status === 'full') && !(await this.grow())) return
      if (this.isOver() || reports.some(({ status }) => this.isEnd(status))) return
      busy = busy.filter((_, at) => reports[at]!.status !== 'done')
      if (this.untilSave() === 0) await this.save()
    }
    await this.nextLevel()
  }

  private async explore(worker: PoolWorker): Promise<Report> {
    try {
      return await worker.explore(this.untilSave())
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
      return { status: 'heap', waiting: 0, found: 0, findings: [] }
    }
  }

  /** Whether a report ends the run; notes why. */
  private isEnd(status: Report['status']): boolean {
    if (status === 'limit') this.reach(`${this.options.maxStates} states`)
    if (status === 'heap')
      this.stop(`${outOfMemory}: the heap of a thread is; give node --max-old-space-size`)
    return status === 'limit' || status === 'heap' || status === 'stopped'
  }

  private async nextLevel(): Promise<void> {
    const sizes = await Promise.all(this.workers.map((worker) => worker.advance()))
    await balanceWorkers(this.workers, sizes)
    this.waiting = sizes.reduce((sum, size) => sum + size, 0)
    if (this.waiting > 0) this.levels.push(this.waiting)
  }

  private isOver(): boolean {
    const { maxDepth = Infinity, maxStates = Infinity } = this.options
    if (this.stopped !== null || this.findings.size >= this.settings.maxViolations) return true
    if (this.depth() >= maxDepth) return this.reach(`depth ${maxDepth}`)
    if (this.waiting > 0 && this.count(1) >= maxStates) return this.reach(`${maxStates} states`)
    return false
  }

  private reach(bound: string): true {
    if (!this.bounds.includes(bound)) this.bounds.push(bound)
    return true
  }

  private keep({ findings }: Report): void {
    for (const finding of findings) {
      const key = keyOf(finding.violation)
      if (!this.findings.has(key)) this.findings.set(key, finding)
    }
    if (this.findings.size >= this.settings.maxViolations) stopAll(this.shared)
  }

  /** Doubles the table. Whether there was the memory for it. */
  private async grow(): Promise<boolean> {
    const limit = this.options.memoryLimit ?? memoryLimitOfMachine()
    const needed = memoryTaken() + this.visited.bytesGrown * 1.2
    try {
      if (needed > limit) throw new RangeError('allocation failed')
      const { visited, moved } = this.visited.grow()
      this.visited = visited
      await Promise.all(this.workers.map((worker) => worker.regrow(visited, moved)))
      return true
    } catch (error) {
      if (!isOutOfMemory(error)) throw error
      this.stop(
        `${outOfMemory}: a larger table of states would take ${gibibytes(needed)} of ${gibibytes(limit)}`,
      )
      return false
    }
  }

  private stop(why: string): void {
    this.stopped ??= why
    stopAll(this.shared)
  }

  private tellProgress(): void {
    const [generated, now] = [this.count(0), performance.now()]
    const ratePerSecond = ((generated - this.reported.generated) / (now - this.reported.at)) * 1000
    this.reported = { at: now, generated }
    const expanded = this.levels.slice(0, -1).reduce((sum, size) => sum + size, 0)
    this.options.progress?.({
      generated,
      distinct: this.count(1),
      queue: this.count(1) - expanded,
      depth: this.depth(),
      ratePerSecond,
      memoryBytes: memoryTaken(),
      left: statesLeft(this.levels),
    })
  }

  private count(counter: Counter): number {
    return total(this.shared, counter)
  }

  private depth(): number {
    return Math.max(0, this.levels.length - 1)
  }

  /** Whether the goal stays possible; says nothing of a run that hasn't seen every state. */
  private async checkGoal(): Promise<Counterexample[]> {
    const { space, settings } = this
    if (!settings.liveness || space.plain.goal === undefined || !this.isExhausted()) return []
    const edges = (await Promise.all(this.workers.map((worker) => worker.edges()))).flat()
    const found = outOfReach(this.explored(), edges)
    return found === null ? [] : [found]
  }

  /** Whether no state waits; a level that was left early is still counted as waiting. */
  private isExhausted(): boolean {
    return this.waiting === 0
  }

  private result(violations: readonly Counterexample[]): CheckResult {
    const [generated, distinct] = [this.count(0), this.count(1)]
    const exhausted = this.isExhausted()
    const ended = exhausted || this.bounds.length > 0
    return {
      verdict: violations.length > 0 ? 'violated' : ended && this.stopped === null ? 'holds' : 'unfinished',
      generated,
      distinct,
      depth: Math.max(this.depth(), ...violations.map(({ steps }) => steps.length)),
      seconds: this.seconds(),
      exhausted,
      bounds: this.bounds,
      stopped: this.stopped,
      reductions: this.space.reductions,
      collision: collisionProbability(distinct, generated, 2 * this.settings.fingerprintBits),
      memoryBytes: memoryTaken(),
      levels: this.levels,
      violations,
    }
  }

  private explored(): Explored {
    const { space, visited, settings, options } = this
    return { space, visited, narrow: settings.narrow, request: options.request }
  }
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`
}
