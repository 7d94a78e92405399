/** Where the variants and what is known of them are kept, from the checkout's root. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout: three folders up from the compiled file. */
export const root = fileURLToPath(new URL('../../../', import.meta.url))
export const sourceFolder = join(root, 'spec/variants')
/** Counterexamples, a scenario and a picture each. */
export const bugFolder = join(root, 'docs/bugs')
export const table = join(root, 'docs/known-bugs.md')

/** A variant's file, as a command line names it. */
export const variantFile = (id: string): string => `spec/variants/${id}.ts`
