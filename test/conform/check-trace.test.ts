/** Lines of a trace: written and read back the same, and refused with a reason when they are none. */
import test from 'ava'
import fc from 'fast-check'
import { service } from '../../spec/service/standard-service.js'
import { defaultSettings, traceCheckWith } from '../../src/conform/check-trace.js'
import { decodeEvent, encodeEvent, lineTracer, TraceFormatError } from '../../src/trace/trace-codec.js'
import { isSame } from '../../src/conform/compare-outputs.js'
import { rules, rulesOf } from '../../src/conform/rule-texts.js'

const start = { type: 'start', settings: defaultSettings, zxid: 0n, sessions: [] }

function lines(...inputs: readonly { readonly type: string; readonly [key: string]: unknown }[]): string[] {
  const written: string[] = []
  const trace = lineTracer('one', (line) => written.push(line))
  for (const input of inputs) trace({ time: 1, subsystem: 'service', instance: 'server', input })
  return written
}

async function check(trace: readonly string[], json = false): Promise<{ code: number; text: string }> {
  let text = ''
  const code = await traceCheckWith(service, trace, { json, write: (part) => (text += part) })
  return { code, text }
}

test('an event is the same after it was written and read', (t) => {
  const value = fc.record({
    zxid: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
    data: fc.option(fc.uint8Array()),
    path: fc.oneof(fc.string(), fc.constant('0x1f')),
    list: fc.array(fc.string()),
    count: fc.integer(),
  })
  fc.assert(
    fc.property(value, (fields) => {
      const event = {
        seq: 1,
        time: 2,
        server: 's',
        subsystem: 'service' as const,
        instance: '3',
        input: { type: 'any', ...fields },
      }
      t.true(isSame(decodeEvent(encodeEvent(event), 1), event))
    }),
  )
})

test('what is not an event is refused, with the line', (t) => {
  for (const text of ['{', '[]', '7', '{"seq":1}', 'null']) {
    const error = t.throws(() => decodeEvent(text, 4), { instanceOf: TraceFormatError })
    t.is(error?.line, 4)
  }
})

test('trace check: 0 for what is accepted, 1 for what is rejected, 2 for what can not be read', async (t) => {
  t.is((await check(lines(start, { type: 'stop' }))).code, 0)

  const rejected = await check(
    lines(
      start,
      { type: 'disconnect', connection: 1 },
      { type: 'reply', connection: 1, reply: { xid: 1, zxid: 1n, err: 0 } },
    ),
  )
  t.is(rejected.code, 1)
  t.regex(rejected.text, /rejected at event 3/)
  t.true(rejected.text.includes(rules().get('SERVICE-10')!.text))

  const json = await check(lines(start, { type: 'giveUp', session: 5n }), true)
  t.is(json.code, 1)
  t.like(JSON.parse(json.text), { accepted: false, seq: 2, rule: 'SERVICE-56' })

  t.is((await check(['no json'])).code, 2)
  t.is((await check(lines(start, { type: 'dance' }))).code, 2)
  t.is(
    (await check(lines(start, { type: 'commit', zxid: 1n, time: 1, session: 0n, cause: 'magic' }))).code,
    2,
  )
})

test('trace check: a gap in the numbers is not taken for a trace', async (t) => {
  const [first, , third] = lines(start, { type: 'stop' }, { type: 'stop' })
  const { code, text } = await check([first!, third!])
  t.is(code, 2)
  t.regex(text, /event 3 follows event 1/)
})

test('rules are read from prose', (t) => {
  const page = '# A\n\n**LAMP-1** A lamp MUST shine.\n\nnot **LAMP-2** this\n'
  t.deepEqual(rulesOf(page, 'a.md'), [{ id: 'LAMP-1', text: 'A lamp MUST shine.', file: 'a.md' }])
  t.true(rules().size > 200)
})
