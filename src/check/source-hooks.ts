/**
 * Module hooks for files from outside (`node:module` register): TypeScript is stripped of its types, `zoospec` and
 * `xstate` are this package's where the file has none of its own. Runs in Node's thread for hooks.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath } from 'node:url'
import { stripTypes } from './strip-types.js'

/** The package's folder, as a URL with a slash at its end. */
const root = new URL('../../../', import.meta.url).href
const ours = /^(zoospec|xstate)(\/|$)/

export const resolve: ResolveHook = async (specifier, context, next) => {
  const built = builtOf(specifier, context.parentURL)
  if (built !== undefined) return next(built, context)
  try {
    return await next(specifier, context)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    if (ours.test(specifier)) return next(specifier, { ...context, parentURL: `${root}package.json` })
    const source = sourceOf(specifier, context.parentURL)
    if (source !== undefined) return next(source, context)
    throw error
  }
}

export const load: LoadHook = async (url, context, next) => {
  if (!/^file:.*\.m?ts$/.test(url)) return next(url, context)
  const path = fileURLToPath(url)
  return { format: 'module', source: stripTypes(readFileSync(path, 'utf8'), path), shortCircuit: true }
}

/** What a source of this package imports from its neighbours is what is built of them. */
function builtOf(specifier: string, parent: string | undefined): string | undefined {
  if (parent === undefined || !/^\.{1,2}\//.test(specifier)) return undefined
  if (!parent.startsWith(`${root}spec/`) && !parent.startsWith(`${root}src/`)) return undefined
  const built = new URL(`dist/${new URL(specifier, parent).href.slice(root.length)}`, root)
  return existsSync(built) ? built.href : undefined
}

/** `./neighbour.js` may be written `neighbour.ts`, as TypeScript has it. */
function sourceOf(specifier: string, parent: string | undefined): string | undefined {
  if (parent === undefined || !/^\.{1,2}\/.*\.m?js$/.test(specifier)) return undefined
  const source = new URL(specifier.replace(/js$/, 'ts'), parent)
  return source.protocol === 'file:' && existsSync(source) ? source.href : undefined
}
