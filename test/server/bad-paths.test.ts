/** Strings that are no paths, over real sockets: nothing is made, the error is the right one, nobody else notices. */
import test from 'ava'
import { ErrorCode } from '../../spec/vocabulary/index.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import { JuteWriter } from '../../src/wire/index.js'
import { asked, besideAnother, hex, open } from '../support/beside.js'

const noPaths: readonly [what: string, path: string | Buffer, created?: number][] = [
  ['empty', ''],
  ['relative', 'a'],
  ['two slashes', '//'],
  // The parent is looked for first.
  ['two slashes inside', '/a//b', ErrorCode.NoNode],
  ['a trailing slash', '/a/'],
  ['NUL', '/a\0b'],
  ['a control character', '/a\u0007'],
  ['DEL', '/a\u007f'],
  ['a surrogate pair', '/\u{1f600}'],
  ['a surrogate in UTF-8', hex('2f eda080')],
  ['malformed UTF-8', hex('2f ff')],
  ['private use', '/\ue000'],
  ['a special', '/\ufff0'],
  ['a dot', '/.'],
  ['two dots', '/..'],
  ['a dot inside', '/a/./b', ErrorCode.NoNode],
  ['two dots at the end', '/a/..'],
]
for (const [what, path, created = ErrorCode.BadArguments] of noPaths) {
  test(`TREE-11, TREE-37: a string that is no path (${what}) makes nothing, and is BadArguments`, async (t) => {
    await besideAnother(t, async (scene) => {
      const client = await connectClient({ port: scene.port })
      await client.request({ op: 'create', path: '/a', data: null, acl: open, flags: 0 })
      const writer = new JuteWriter()
      writer.buffer(typeof path === 'string' ? Buffer.from(path) : path)
      writer.buffer(null)
      const record = writer.take()
      const acl = hex('00000001 0000001f 00000005 776f726c64 00000006 616e796f6e65 00000000')
      client.sendRaw(asked(40, 1, Buffer.concat([record, acl])))
      client.sendRaw(asked(41, 5, Buffer.concat([record, hex('ffffffff')])))
      await client.request({ op: 'sync', path: '/' })
      const errors = client.heard('reply').map(({ reply }) => [reply.xid, reply.err])
      t.deepEqual(errors.slice(1, 3), [
        [40, created],
        [41, ErrorCode.BadArguments],
      ])
      for (const [parent, count] of [
        ['/', 3],
        ['/a', 0],
      ] as const) {
        const { result } = await client.request({ op: 'getChildren', path: parent, watch: false })
        t.is(result?.op === 'getChildren' && result.children.length, count)
      }
    })
  })
}
