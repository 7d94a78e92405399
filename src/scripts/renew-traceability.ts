/** `npm run traceability`: renews `docs/traceability.md`. */
import { writeFileSync } from 'node:fs'
import { traceabilityPage } from '../traceability/traceability-page.js'
import { readCheckout } from '../traceability/read-checkout.js'
import { explained } from '../traceability/reasons.js'
import { holesOf, staleReasons, traceRules } from '../traceability/rule-forms.js'

const traced = traceRules(readCheckout(process.cwd()))
writeFileSync('docs/traceability.md', traceabilityPage(traced, explained()))
const holes = traced.rules.filter((rule) => holesOf(rule, explained()).length > 0).length
process.stdout.write(`docs/traceability.md: ${traced.rules.length} rules, ${holes} with a hole\n`)
for (const { id, path } of traced.undefinedIds) process.stdout.write(`${path}: ${id} is not defined\n`)
for (const { id, paths } of traced.twice)
  process.stdout.write(`${id} is defined twice: ${paths.join(', ')}\n`)
const stale = staleReasons(traced, explained())
for (const { rule, form } of stale)
  process.stdout.write(`src/traceability/reasons.ts: ${rule} has its ${form} after all\n`)
if (stale.length + traced.undefinedIds.length + traced.twice.length > 0) process.exitCode = 1
