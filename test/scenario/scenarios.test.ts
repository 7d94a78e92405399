/** Every scenario file, on the spec and on a real server: what is recorded is what happens. With `--update`, or UPDATE=1, rewrites what is recorded. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { service } from '../../spec/service/standard-service.js'
import { defaultSettings } from '../../src/conform/check-trace.js'
import { parseScenario, formatScenario } from '../../src/scenario/scenario-file.js'
import { firstDifference, runScenario } from '../../src/scenario/run-scenario.js'
import { SpecWorld } from '../../src/scenario/spec-world.js'
import { clientScenarioFolders } from '../support/scenario-folders.js'
import { ServerWorld } from './server-world.js'

const isUpdate = process.argv.includes('--update') || process.env.UPDATE === '1'

for (const { subsystem, folder } of clientScenarioFolders()) {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.txt'))) {
    const path = join(folder, file)
    const scenario = parseScenario(readFileSync(path, 'utf8'))
    const onSpec = () => runScenario(scenario, new SpecWorld(service, defaultSettings))

    test(`${subsystem}/${file}: the spec does what is recorded`, async (t) => {
      const followed = await onSpec()
      if (isUpdate) writeFileSync(path, formatScenario(scenario, followed))
      t.is(isUpdate ? undefined : firstDifference(scenario, followed), undefined)
    })

    test(`${subsystem}/${file}: the server does what is recorded`, async (t) => {
      const world = new ServerWorld()
      t.teardown(() => world.end())
      const followed = await runScenario(scenario, world)
      if (isUpdate) t.deepEqual(followed, await onSpec())
      else t.is(firstDifference(scenario, followed), undefined)
    })
  }
}
