/**
 * Digests of the files that a request names, and of those that they import by a relative path: a run that goes on from a
 * checkpoint must go on with the same. Imports are found by their text, so a comment that looks like one counts too.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import type { Digests } from '../../check/engine/checkpoint-format.js'
import type { ModelRequest } from '../../check/model/counterexample.js'
import { isModelFile } from './counterexample-files.js'

const imports = /(?:\bfrom|\bimport)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]/g

/** The digests of the variant's file, or the model's; paths are from the working directory. */
export function digestsOf({ model, variant }: ModelRequest): Digests {
  const digests: Record<string, string> = {}
  const waiting = [...(isModelFile(model) ? [model] : []), ...(variant === undefined ? [] : [variant])].map(
    (path) => resolve(path),
  )
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const name = relative('', path)
    if (Object.hasOwn(digests, name)) continue
    const text = existsSync(path) ? readFileSync(path, 'utf8') : null
    digests[name] = text === null ? 'missing' : createHash('sha256').update(text).digest('hex')
    for (const [, specifier = ''] of text?.matchAll(imports) ?? [])
      waiting.push(sourceOf(resolve(dirname(path), specifier)))
  }
  return digests
}

/** `./neighbour.js` may be written `neighbour.ts`, as TypeScript has it. */
function sourceOf(path: string): string {
  const source = path.replace(/js$/, 'ts')
  return !existsSync(path) && existsSync(source) ? source : path
}
