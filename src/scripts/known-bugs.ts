/** The variants that are known bugs and known ambiguities, in the order in which the table shows them. */
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { sourceFolder } from './checkout.js'

/** Files of `spec/variants` that are no variant: what variants are made with. */
const helpers = ['index', 'patch', 'variant', 'async-log']

/** Ids of all variants that the repository keeps: the names of their files. */
export function knownBugs(): readonly string[] {
  return readdirSync(sourceFolder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => basename(file, '.ts'))
    .filter((name) => !helpers.includes(name))
    .sort()
}
