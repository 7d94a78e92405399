/** The table of errors in `spec/wire`: every error of the vocabulary, and who is answered it, held against the model. */
import { readFileSync } from 'node:fs'
import test from 'ava'
import fc from 'fast-check'
import { emptyTree, evaluate } from '../../spec/tree/tree-model.js'
import { ErrorCode, errorName } from '../../spec/vocabulary/index.js'
import { furnisher, furniture, walk } from '../support/tree-walks.js'

const section = readFileSync('spec/wire/README.md', 'utf8').split('## Errors')[1]!.split('\n## ')[0]!
const rows = [...section.matchAll(/^\| (-?\d+) \| (\w+) \| (.*) \| (.*) \|$/gm)].map(
  ([, code, name = '', meaning = '', answeredTo = '']) => ({ code: Number(code), name, meaning, answeredTo }),
)

test('The table of errors has every error of the vocabulary', (t) => {
  t.deepEqual(Object.fromEntries(rows.map(({ name, code }) => [name, code])), { ...ErrorCode })
  for (const { meaning, answeredTo } of rows) t.true(meaning.length > 10 && answeredTo.length > 3)
})

/** Operations that the tree's model refused, by the error. Of a multi, the part that failed. */
function refusals(): Map<number, Set<string>> {
  const seen = new Map<number, Set<string>>()
  const note = (err: number, op: string): void => {
    if (err === ErrorCode.Ok || err === ErrorCode.RuntimeInconsistency) return
    seen.set(err, (seen.get(err) ?? new Set()).add(op))
  }
  for (const [settings, requests] of fc.sample(walk, { seed: 7, numRuns: 1500 })) {
    let tree = furniture.reduce(
      (before, asked, at) =>
        evaluate(before, asked, furnisher, { zxid: BigInt(at + 1), now: at }, settings).tree,
      emptyTree(),
    )
    for (const [at, [who, asked]] of requests.entries()) {
      const after = evaluate(tree, asked, who, { zxid: BigInt(at + 100), now: 1000 + at }, settings)
      tree = after.tree
      if (asked.op !== 'reap' && asked.op !== 'multi') note(after.err, asked.op)
    }
  }
  return seen
}

test('Who is answered an error of the tree is who the table names', (t) => {
  const seen = refusals()
  t.true(seen.size >= 10)
  for (const [err, ops] of seen) {
    const { answeredTo } = rows.find(({ code }) => code === err)!
    const named = answeredTo.replace('unknown types; ', '').split(', ')
    // Who may be answered it for other reasons than the tree's is named in words, or is not the tree's.
    if (err === ErrorCode.MarshallingError) continue
    const others = new Set(['reconfig'])
    t.deepEqual([...ops].sort(), named.filter((op) => !others.has(op)).sort(), errorName(err))
  }
})
