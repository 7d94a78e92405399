/** `npm run traceability`: renews `docs/traceability.md`. */
import { writeFileSync } from 'node:fs'
import { traceabilityPage } from './page.js'
import { readCheckout } from './read.js'
import { holesOf, traceRules } from './trace.js'

const traced = traceRules(readCheckout(process.cwd()))
writeFileSync('docs/traceability.md', traceabilityPage(traced))
const holes = traced.rules.filter((rule) => holesOf(rule).length > 0).length
process.stdout.write(`docs/traceability.md: ${traced.rules.length} rules, ${holes} with a hole\n`)
for (const { id, path } of traced.undefinedIds) process.stdout.write(`${path}: ${id} is not defined\n`)
for (const { id, paths } of traced.twice)
  process.stdout.write(`${id} is defined twice: ${paths.join(', ')}\n`)
if (traced.undefinedIds.length + traced.twice.length > 0) process.exitCode = 1
