/**
 * Where a mutant lives while it is tested: a copy of the build with one file changed, beside links to all the rest.
 */
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { applyMutant, builtFile, type Mutant } from './mutant.js'

/** A folder that the tests can run in as if it were the checkout. */
export interface Workspace {
  readonly folder: string
  remove(): Promise<void>
}

/** Makes the folder for a mutant, or for the unchanged build when there is none. */
export async function makeWorkspace(checkout: string, mutant: Mutant | undefined): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'zoospec-mutant-'))
  await cp(join(checkout, 'dist'), join(folder, 'dist'), { recursive: true })
  for (const name of ['node_modules', 'spec', 'test', 'src', 'docs', 'README.md']) {
    await symlink(join(checkout, name), join(folder, name))
  }
  await cp(join(checkout, 'package.json'), join(folder, 'package.json'))
  // ava looks for its configuration beside the nearest repository; this keeps it in the folder.
  await mkdir(join(folder, '.git'))
  if (mutant !== undefined) {
    const file = join(folder, builtFile(mutant))
    await writeFile(file, applyMutant(mutant, await readFile(file, 'utf8')))
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}
