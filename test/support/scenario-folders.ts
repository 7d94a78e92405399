/** Where the scenarios are whose commands are clients'. What several servers do among themselves has commands of its own. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { findRoot } from '../../src/conform/rule-texts.js'

/** Folders of `spec/` with scenarios that don't run on a service; `test/scenario` has a runner for each. */
const others = ['election', 'ensemble']

/** The subsystem, and the folder of its scenarios. */
export function clientScenarioFolders(): { readonly subsystem: string; readonly folder: string }[] {
  const spec = join(findRoot(), 'spec')
  return readdirSync(spec)
    .filter((subsystem) => !others.includes(subsystem))
    .map((subsystem) => ({ subsystem, folder: join(spec, subsystem, 'scenarios') }))
    .filter(({ folder }) => existsSync(folder))
}
