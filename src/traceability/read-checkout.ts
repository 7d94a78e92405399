/** Reads the files of a checkout that may name a rule. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { SourceFile } from './rule-forms.js'

/** Every text file of `spec/`, `src/`, `test/` and `docs/` that a person writes. */
export function readCheckout(checkout: string): SourceFile[] {
  return ['spec', 'src', 'test', 'docs'].flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|md|txt|py)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => ({
        file,
        path: file
          .slice(checkout.length + 1)
          .split(sep)
          .join('/'),
      }))
      .filter(({ path }) => path !== 'docs/traceability.md' && !path.startsWith('docs/api/'))
      .map(({ file, path }) => ({ path, text: readFileSync(file, 'utf8') })),
  )
}
