/**
 * Loads a file that was given by its path: TypeScript or JavaScript, in this package or outside of it, on the main
 * thread or a worker. What is wrong with it is said with file and line.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import * as modules from 'node:module'
import { basename, dirname, extname, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { didYouMean, InputError } from '../../check/model/input-error.js'
import { hooksAtOnce } from './source-hooks.js'
import { SourceError, stripTypes } from '../../check/variants/strip-types.js'

const extensions = ['.ts', '.mts', '.js', '.mjs']

// Once a thread: module state is a thread's own.
let registered = false

/** What a file exports. Throws an {@link InputError}. */
export async function importFile(path: string, what: string): Promise<Readonly<Record<string, unknown>>> {
  const file = resolve(path)
  const shown = relative('', file).startsWith('..') ? file : path
  checkReadable(file, shown, what)
  try {
    stripTypes(readFileSync(file, 'utf8'), shown)
  } catch (error) {
    if (error instanceof SourceError) throw new InputError(error.message, { cause: error })
    throw error
  }
  if (!registered) {
    registerHooks()
    registered = true
  }
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>
  } catch (error) {
    throw new InputError(`${shown}${lineIn(error, file)}: ${messageOf(error)}`, { cause: error })
  }
}

/** `register` is what Node 20 has; releases that have its successor warn of it. */
function registerHooks(): void {
  const { registerHooks: atOnce } = modules as {
    readonly registerHooks?: (hooks: typeof hooksAtOnce) => void
  }
  if (atOnce === undefined) modules.register('./source-hooks.js', import.meta.url)
  else atOnce(hooksAtOnce)
}

function checkReadable(file: string, shown: string, what: string): void {
  if (!existsSync(file)) {
    const folder = dirname(file)
    const there = existsSync(folder)
      ? readdirSync(folder).filter((name) => extensions.includes(extname(name)))
      : []
    const where = existsSync(folder) ? '' : `; there is no folder ${folder}`
    throw new InputError(`${shown}: there is no such file${where}${didYouMean(basename(file), there)}`)
  }
  if (!statSync(file).isFile()) throw new InputError(`${shown} is a folder; a ${what} is a file`)
  if (!extensions.includes(extname(file)))
    throw new InputError(`${shown}: a ${what} is a module: a file that ends in ${extensions.join(', ')}`)
}

/** Where in the file something was thrown, as `:12:3`. */
function lineIn(error: unknown, file: string): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const name of [pathToFileURL(file).href, file]) {
    const at = stack.indexOf(`${name}:`)
    const found = at === -1 ? null : /^:\d+(:\d+)?/.exec(stack.slice(at + name.length))
    if (found !== null) return found[0]
  }
  return ''
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return `it throws ${String(error)}`
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ERR_MODULE_NOT_FOUND') return error.message.split('\n')[0] ?? ''
  return error.name === 'Error' || error.name === 'SourceError'
    ? error.message
    : `${error.name}: ${error.message}`
}
