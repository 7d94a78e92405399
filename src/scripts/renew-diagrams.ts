/** `npm run diagrams`: renews the diagrams and the subsystems' pages under `docs/`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { committedFiles } from './committed-diagrams.js'

const docs = 'docs'
const files = await committedFiles((path) => {
  const page = join(docs, path)
  return existsSync(page) ? readFileSync(page, 'utf8') : undefined
})
mkdirSync(join(docs, 'diagrams'), { recursive: true })
for (const name of readdirSync(join(docs, 'diagrams'))) {
  if (!files.has(`diagrams/${name}`)) rmSync(join(docs, 'diagrams', name))
}
for (const [path, text] of files) writeFileSync(join(docs, path), text)
process.stdout.write(`${files.size} files renewed under ${docs}/\n`)
