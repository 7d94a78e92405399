/** `docs/writing-a-server.md` names the words and the keys that the server has, with their defaults. */
import { readFileSync } from 'node:fs'
import test from 'ava'
import { offeredKeys } from '../../src/server/config/keys.js'
import { service } from '../../spec/service/standard-service.js'
import { validateTrace } from '../../src/conform/check-trace.js'
import { notAllowed, words } from '../../src/server/four-letter/commands.js'

const page = readFileSync('docs/writing-a-server.md', 'utf8')

/** The rows of the table in a section: the cells of each. */
function rowsOf(title: string): string[][] {
  const [, section = ''] = new RegExp(`^## ${title}$([^]*?)(?=^## |$(?![^]))`, 'm').exec(page) ?? []
  const rows = [...section.matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) => row.split(' | '))
  if (rows.length === 0) throw new Error(`no table in the section ${title}`)
  return rows
}

/** The names in backquotes in a cell. */
const namesIn = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)

test('WIRE-17: the page has every four-letter word, and no other', (t) => {
  const named = rowsOf('Four-letter words').flatMap(([word = '']) => namesIn(word))
  t.deepEqual([...named].sort(), [...Object.keys(words), 'stmk', 'hash'].sort())
  t.true(page.includes(notAllowed('ruok')))
})

test('The page names keys that the server offers, with their defaults', (t) => {
  for (const [names = '', fallback = ''] of rowsOf('Configuration that changes behaviour')) {
    const keys = namesIn(names).map((name) => offeredKeys.find(({ key }) => key === name))
    for (const [at, key] of keys.entries()) t.truthy(key, namesIn(names)[at])
    t.is(keys.map((key) => key!.default).join(' and '), fallback)
  }
})

test('ELECTION-23: the trace on the page is accepted, and rejected where a voter is not told', async (t) => {
  const [, trace = ''] = /^```json\n([^]*?)^```$/m.exec(page) ?? []
  const lines = trace.split('\n').filter((line) => line !== '')
  t.is(lines.length, 2)
  const { rejection, coverage } = await validateTrace(service, lines)
  t.is(rejection, undefined)
  t.true(coverage.rules.has('ELECTION-23'), [...coverage.rules.keys()].join())
  const silent = lines.map((line) => line.replace(/,\{"to":3,.*\}\]/, ']'))
  t.regex((await validateTrace(service, silent)).rejection?.why ?? '', /^election of server 2: sent/)
})
