/**
 * Module hooks for files from outside (`node:module` register): TypeScript is stripped of its types, `zoospec` and
 * `xstate` are this package's where the file has none of its own. Newer releases of Node call them at once (`hooksAtOnce`),
 * older ones in a thread of their own.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath } from 'node:url'
import { stripTypes } from '../../check/variants/strip-types.js'

/** The package's folder, as a URL with a slash at its end. */
const root = new URL('../../../../', import.meta.url).href
const ours = /^(zoospec|xstate)(\/|$)/

export const resolve: ResolveHook = async (specifier, context, next) => {
  const built = builtOf(specifier, context.parentURL)
  if (built !== undefined) return next(built, context)
  try {
    return await next(specifier, context)
  } catch (error) {
    const instead = otherwise(error, specifier, context.parentURL)
    return next(instead.specifier, { ...context, ...instead.context })
  }
}

export const load: LoadHook = async (url, context, next) => stripped(url) ?? next(url, context)

interface Context {
  readonly parentURL?: string | undefined
}
type Next<Result> = (specifier: string, context: Context) => Result

/** The same for `registerHooks`, which waits for nothing. */
export const hooksAtOnce = {
  resolve<Result>(specifier: string, context: Context, next: Next<Result>): Result {
    const built = builtOf(specifier, context.parentURL)
    if (built !== undefined) return next(built, context)
    try {
      return next(specifier, context)
    } catch (error) {
      const instead = otherwise(error, specifier, context.parentURL)
      return next(instead.specifier, { ...context, ...instead.context })
    }
  },
  load<Result>(url: string, context: Context, next: Next<Result>): Result {
    return (stripped(url) as Result | undefined) ?? next(url, context)
  },
}

/** Where else to look for what was not found; throws the error again where there is nowhere. */
function otherwise(
  error: unknown,
  specifier: string,
  parent: string | undefined,
): { readonly specifier: string; readonly context: Context } {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
  if (ours.test(specifier)) return { specifier, context: { parentURL: `${root}package.json` } }
  const source = sourceOf(specifier, parent)
  if (source === undefined) throw error
  return { specifier: source, context: {} }
}

/** A TypeScript file as JavaScript; undefined for others. */
function stripped(url: string) {
  if (!/^file:.*\.m?ts$/.test(url)) return undefined
  const path = fileURLToPath(url)
  const source = stripTypes(readFileSync(path, 'utf8'), path)
  return { format: 'module' as const, source, shortCircuit: true }
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
