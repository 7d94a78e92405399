/** `docs/architecture.md` draws the rooms as they are, and names no room that isn't there. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import test from 'ava'

const checkout = join(import.meta.dirname, '..', '..', '..')
const page = readFileSync(join(checkout, 'docs/architecture.md'), 'utf8')
const load = async <Module>(file: string): Promise<Module> =>
  (await import(pathToFileURL(join(checkout, 'lint', file)).href)) as Module

test('the pictures are drawn from the imports as they are: `npm run architecture` renews them', async (t) => {
  const { withPictures } = await load<{ withPictures(page: string, checkout: string): string }>('room-picture.js')
  t.is(withPictures(page, checkout), page)
  t.is(withPictures(page.replace(/b\d+ --> b\d+/g, ''), checkout), page)
})

test('every room is a folder, and every folder that the page names is there', async (t) => {
  const { rooms } = await load<{ rooms: readonly string[] }>('rooms.js')
  const named = [...page.matchAll(/`((?:spec|src)(?:\/[a-z-]+)+)`/g)].map(([, folder = '']) => folder)
  t.true(named.length > 20)
  for (const folder of [...rooms, ...named]) t.true(existsSync(join(checkout, folder)), folder)
})
