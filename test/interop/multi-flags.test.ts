/** TREE-82's table of what the flags of a creation make in a multi: played on the model, this server and Apache ZooKeeper. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { emptyTree, evaluate } from '../../spec/tree/tree-model.js'
import { ErrorCode, OpCode, openAcl, type MultiOp } from '../../spec/vocabulary/index.js'
import { defaultSettings } from '../../src/conform/check-trace.js'
import { startServer } from '../../src/runtime/server.js'
import { hasApache, startApache } from './apache-server.js'
import { ask, buffer, headerOf, hello, int, long, talk } from './bytes.js'

type CreateOp = Extract<MultiOp, { flags: number }>['op']

/** A cell of the table, for one operation and one value of the flags. */
interface Cell {
  readonly op: CreateOp
  readonly flags: number
  readonly says: string
}

const ops: readonly CreateOp[] = ['create', 'create2', 'createContainer', 'createTTL']

/** The table as the rule has it. `others` stands for numbers that are no mode. */
function cellsOfTable(): Cell[] {
  const rule = readFileSync('spec/tree/README.md', 'utf8').split('**TREE-82**')[1]!.split('**TREE-83**')[0]!
  const rows = [...rule.matchAll(/^\| (\d[\d, ]*|others) \| (.*) \| (.*) \|$/gm)]
  return rows.flatMap(([, flags = '', plain = '', timed = '']) => {
    const numbers = flags === 'others' ? [-1, 7, 100] : flags.split(', ').map(Number)
    return numbers.flatMap((number) =>
      ops.map((op) => ({ op, flags: number, says: op === 'createTTL' ? timed : plain })),
    )
  })
}

/** What a multi came to: the error of its header or of its only part, or the type of the part's result and whether it has a Stat. */
type Came =
  | { readonly header: number }
  | { readonly part: number }
  | { readonly type: number; readonly hasStat: boolean }

/** What a cell says that a multi comes to. */
function expected(says: string): Came {
  if (says.startsWith('the multi fails')) return { header: ErrorCode.MarshallingError }
  if (says.startsWith('`BadArguments`')) return { part: ErrorCode.BadArguments }
  const [, type = ''] = /: type (\d+), path/.exec(says) ?? []
  return { type: Number(type), hasStat: says.includes('path and Stat') }
}

const cells = cellsOfTable()
const pathOf = ({ op, flags }: Cell): string => `/${op}${flags}`
const ttl = 60_000n

test('TREE-82: the table covers every flag and every operation', (t) => {
  t.is(cells.length, (7 + 3) * ops.length)
})

test('TREE-82, TREE-83: the model does what the table says', (t) => {
  const settings = { ...defaultSettings, extendedTypes: true }
  for (const cell of cells) {
    const { op, flags, says } = cell
    const fields = { path: pathOf(cell), data: null, acl: openAcl, flags }
    const part: MultiOp = op === 'createTTL' ? { op, ...fields, ttl } : { op, ...fields }
    const by = { sessionId: 1n, identities: [] }
    const { err, result } = evaluate(
      emptyTree(),
      { op: 'multi', ops: [part] },
      by,
      { zxid: 1n, now: 0 },
      settings,
    )
    const [made] = result?.op === 'multi' ? result.results : []
    const came: Came =
      made === undefined
        ? { header: err }
        : made.op === 'error'
          ? { part: made.err }
          : { type: OpCode[made.op], hasStat: 'stat' in made }
    t.deepEqual(came, expected(says), `${op} ${flags}`)
  }
})

const header = (type: number, isEnd = false): Buffer =>
  Buffer.concat([int(type), Buffer.from([isEnd ? 1 : 0]), int(-1)])
const acl = Buffer.concat([int(1), int(31), buffer('world'), buffer('anyone')])

/** Reads the reply to a multi of one part, by hand. */
function cameOf(frame: Buffer, path: string): Came {
  const { err, body } = headerOf(frame)
  if (err !== 0) return { header: err }
  const bytes = Buffer.from(body, 'hex')
  const type = bytes.readInt32BE(0)
  if (type === OpCode.error) return { part: bytes.readInt32BE(9) }
  const end = 9 // type, done, err
  const size = bytes.length - 2 * end
  const isSequential = bytes.readInt32BE(end) > path.length
  return { type, hasStat: size === 4 + path.length + (isSequential ? 10 : 0) + 68 }
}

function plays(name: string, start: () => Promise<{ port: number; stop(): Promise<void> }>): void {
  test(`TREE-82, TREE-83: ${name} does what the table says`, async (t) => {
    const server = await start()
    t.teardown(() => server.stop())
    for (const cell of cells) {
      const { op, flags, says } = cell
      const record = [
        buffer(pathOf(cell)),
        buffer('x'),
        acl,
        int(flags),
        ...(op === 'createTTL' ? [long(ttl)] : []),
      ]
      const multi = ask(1, OpCode.multi, header(OpCode[op]), ...record, header(-1, true))
      const { frames } = await talk(server.port, [hello(), multi], 2)
      t.deepEqual(cameOf(frames[1]!, pathOf(cell)), expected(says), `${op} ${flags}`)
      t.true(headerOf(frames[1]!).zxid > 0n, 'a zxid is taken whatever it came to')
    }
  })
}

plays('zoospec', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-multi-'))
  const server = await startServer({ port: 0, dataDir, config: { extendedTypes: true } })
  return {
    port: server.port,
    stop: async () => {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
})
if (hasApache) plays('Apache ZooKeeper', () => startApache(['extendedTypesEnabled=true']))
else test.skip('TREE-82: skipped on Apache ZooKeeper (Debian: zookeeper), which is not installed', () => {})
