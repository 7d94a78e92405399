/** The API's pages build without a warning: every link leads somewhere, every type that a signature names has a page. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { Application, LogLevel, TSConfigReader, TypeDocReader, Logger } from 'typedoc'

const checkout = join(import.meta.dirname, '..', '..', '..')

class Collector extends Logger {
  readonly said: string[] = []
  override log(message: string, level: LogLevel): void {
    if (level >= LogLevel.Warn) this.said.push(message)
  }
}

test('npm run docs: the API, docs/ and spec/ become pages, without a warning', async (t) => {
  const out = mkdtempSync(join(tmpdir(), 'zoospec-docs-'))
  t.teardown(() => rmSync(out, { recursive: true, force: true }))
  const application = await Application.bootstrapWithPlugins(
    { options: join(checkout, 'typedoc.json'), tsconfig: join(checkout, 'tsconfig.json') },
    [new TypeDocReader(), new TSConfigReader()],
  )
  const logger = new Collector()
  application.logger = logger
  const project = await application.convert()
  t.truthy(project)
  if (project === undefined) return
  application.validate(project)
  await application.generateDocs(project, out)
  t.deepEqual(logger.said, [])
  const pages = readdirSync(out, { recursive: true, encoding: 'utf8' })
  t.true(pages.some((page) => /documents.*traceability/i.test(page)))
  t.true(pages.includes('index.html'))
})
