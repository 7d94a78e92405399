/**
 * `npm run bench:check`: how fast the model checker generates states, alone and with two threads, and what a state takes in
 * memory. What it measures is listed in `check-systems.ts`.
 */
import { parseArgs } from 'node:util'
import { check, requestOf } from '../runtime/check/explore-space.js'
import type { CheckResult } from '../check/engine/check-result.js'
import { walk } from '../runtime/check/walk-space.js'
import { type Measured, measured } from './checker-systems.js'

const help = `npm run bench:check -- [options]
  --states N    distinct states of each run (2000000)
  --only TEXT   only systems whose name contains TEXT
`

async function measure({ name, source }: Measured, maxStates: number): Promise<void> {
  const request = requestOf(name)
  const before = process.memoryUsage.rss()
  const alone = await check(source, { request, maxStates })
  // The first run of a process also pays for compiling, as every run of the checker does.
  tell(name, 1, alone, before)
  const together = await check(source, { request, maxStates, workers: 2 })
  tell(name, 2, together, before)
  console.log(`${name}: 2 threads are ${(rate(together) / rate(alone)).toFixed(2)} times as fast as 1`)
  const walked = await walk(source, { request, seed: 1, walks: 2000, depth: 100 })
  const walkRate = Math.round(walked.generated / walked.seconds)
  console.log(`${name}: walks generate ${walkRate.toLocaleString('en')} states/s`)
}

function tell(name: string, workers: number, result: CheckResult, before: number): void {
  const perCore = Math.round(rate(result) / workers).toLocaleString('en')
  const bytes = Math.round((result.memoryBytes - before) / result.distinct)
  const { distinct, depth, seconds, stopped } = result
  console.log(
    `${name}: ${workers} thread${workers === 1 ? '' : 's'}, ${perCore} states/s per core, ` +
      `${bytes} bytes a distinct state (${distinct.toLocaleString('en')} to depth ${depth}, ` +
      `${seconds.toFixed(1)} s${stopped === null ? '' : `, ${stopped}`})`,
  )
}

function rate({ generated, seconds }: CheckResult): number {
  return generated / seconds
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      states: { type: 'string', default: '2000000' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return console.log(help)
  for (const system of measured)
    if (system.name.includes(values.only)) await measure(system, Number(values.states))
}

await main()
