/** The bench's side of its generators: starts them, tells them what to do, adds up what they report. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Histogram } from './histogram.js'
import { idle, type Load } from './loads.js'
import type { Order, Report } from './messages.js'

const script = fileURLToPath(new URL('./generator.js', import.meta.url))

/** What a load came to. */
export interface Measured {
  /** Replies a second. */
  readonly throughput: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** CPU share of the busiest generator process; near 1 the generator is what limits. */
  readonly generatorCpu: number
}

class Generator {
  private readonly child: ChildProcess
  private readonly reports: Report[] = []
  private wake: (() => void) | undefined
  private isGone = false

  constructor() {
    this.child = fork(script, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.child.on('message', (report: Report) => {
      this.reports.push(report)
      this.wake?.()
    })
    this.child.on('exit', () => {
      this.isGone = true
      this.wake?.()
    })
  }

  tell(order: Order): void {
    this.child.send(order)
  }

  /** The next report; throws when the generator has failed. */
  async report(): Promise<Report> {
    while (this.reports.length === 0) {
      if (this.isGone) throw new Error('a load generator ended without a result')
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
    const report = this.reports.shift()!
    if (report.type === 'failed') throw new Error(`load generator: ${report.message}`)
    return report
  }

  /** Waits for the end of its own accord, or ends it. */
  async end(): Promise<void> {
    if (this.isGone) return
    const gone = new Promise<void>((resolve) => this.child.once('exit', () => resolve()))
    this.child.kill('SIGKILL')
    await gone
  }
}

/** Runs a load on a port, or on several, from `processes` generators that share its connections. */
export async function generate(
  port: number | readonly number[],
  load: Pick<Load, 'request' | 'connections' | 'outstanding'>,
  options: {
    readonly processes: number
    readonly warmUpMs: number
    readonly measureMs: number
    readonly requests?: number
    readonly name: string
  },
): Promise<Measured> {
  const generators = Array.from({ length: options.processes }, () => new Generator())
  try {
    generators.forEach((generator, index) => {
      const { requests } = options
      generator.tell({
        type: 'load',
        ports: typeof port === 'number' ? [port] : port,
        request: load.request,
        name: `${options.name}-${index}`,
        connections: load.connections / options.processes,
        outstanding: load.outstanding,
        warmUpMs: options.warmUpMs,
        measureMs: options.measureMs,
        ...(requests === undefined ? {} : { requests: requests / options.processes }),
      })
    })
    for (const generator of generators) await generator.report()
    for (const generator of generators) generator.tell({ type: 'go' })
    const latencies = new Histogram()
    let throughput = 0
    let generatorCpu = 0
    for (const generator of generators) {
      const result = await generator.report()
      if (result.type !== 'result') throw new Error('a load generator reported out of turn')
      latencies.merge(result.latencies)
      throughput += result.replies / (result.ms / 1000)
      generatorCpu = Math.max(generatorCpu, result.cpu)
    }
    // Time to close the sessions, so that the next load finds the server as this one did.
    await new Promise((resolve) => setTimeout(resolve, 100))
    return { throughput, p50: latencies.percentile(0.5), p99: latencies.percentile(0.99), generatorCpu }
  } finally {
    await Promise.all(generators.map((generator) => generator.end()))
  }
}

/** Holds idle sessions with watches while `during` looks at the server. */
export async function whileIdle<T>(port: number, scale: number, during: () => Promise<T>): Promise<T> {
  const generator = new Generator()
  try {
    const sessions = Math.round(idle.sessions * scale)
    generator.tell({ type: 'idle', port, sessions, watchesEach: idle.watches / idle.sessions })
    await generator.report()
    return await during()
  } finally {
    await generator.end()
  }
}
