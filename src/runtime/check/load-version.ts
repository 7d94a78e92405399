/** A version of the spec: the spec as it is, a variant of it, or another checkout that is built. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { varied } from '../../../spec/variants/variant.js'
import type { RegisteredMachine } from '../../diagram/machines.js'
import { rules, rulesOf } from '../../conform/rule-texts.js'
import { InputError } from '../../check/model/input-error.js'
import { specMachines } from '../../check/variants/spec-machines.js'
import type { Version } from '../../check/diff/spec-version.js'
import { loadVariant } from './variant-file.js'

/** Reads what a command line names. Throws an {@link InputError}. */
export async function loadVersion(name: string): Promise<Version> {
  if (name === 'spec') {
    return { name, about: 'the spec as it is', machines: specMachines, rules: ownRules() }
  }
  if (existsSync(name) && statSync(name).isDirectory()) return loadBuilt(name)
  if (!existsSync(name) && !/\.[mc]?[jt]s$/.test(name))
    throw new InputError(`${name}: a version is spec, a variant's file, or a folder with a built checkout`)
  const variant = await loadVariant(name)
  return {
    name,
    about: `${variant.id}: ${variant.title}`,
    machines: specMachines.map((machine) => varied(machine, variant)),
    rules: ownRules(),
    variant,
  }
}

async function loadBuilt(folder: string): Promise<Version> {
  const built = [join(folder, 'dist'), folder].find((each) =>
    existsSync(join(each, 'src/diagram/machines.js')),
  )
  if (built === undefined)
    throw new InputError(
      `${folder} holds no built zoospec (dist/src/diagram/machines.js); npm run build makes it`,
    )
  const file = pathToFileURL(resolve(built, 'src/diagram/machines.js')).href
  const { machines } = (await import(file)) as { machines: readonly RegisteredMachine[] }
  return {
    name: folder,
    about: `the checkout ${basename(resolve(folder))}`,
    machines: machines.filter(({ layer }) => layer === 'spec').map(({ machine }) => machine),
    rules: rulesIn([join(built, '..', 'spec'), join(built, 'spec')].find((each) => existsSync(each)) ?? ''),
    built,
  }
}

function ownRules(): ReadonlyMap<string, string> {
  return new Map([...rules()].map(([id, { text }]) => [id, text]))
}

function rulesIn(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (folder === '') return found
  for (const part of readdirSync(folder)) {
    const page = join(folder, part, 'README.md')
    if (!existsSync(page)) continue
    for (const { id, text } of rulesOf(readFileSync(page, 'utf8'), page)) found.set(id, text)
  }
  return found
}
