/**
 * Whether `dist/` is what the sources say: exits with 0 if nothing has changed since the last whole build, else with 1.
 * `--write`, the build's last step, remembers that it is. So `npm ci` builds, and npx, which prepares a checkout's package
 * at its first call, does not build again.
 */
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './checkout.js'

const stamp = join(root, 'dist/.built')

/** When a file or anything in a folder was changed last, in milliseconds. */
function changed(path: string): number {
  const { mtimeMs } = statSync(path)
  const inside = statSync(path).isDirectory()
    ? readdirSync(path).map((name) => changed(join(path, name)))
    : []
  return Math.max(mtimeMs, ...inside)
}

if (process.argv.includes('--write')) writeFileSync(stamp, '')
else {
  const sources = ['spec', 'src', 'test', 'tsconfig.json', 'package.json']
  const built = statSync(stamp, { throwIfNoEntry: false })?.mtimeMs ?? 0
  process.exitCode = Math.max(...sources.map((name) => changed(join(root, name)))) > built ? 1 : 0
}
