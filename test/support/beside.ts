/** What tests of bad input share: a server with another client that must go on being served, and frames made by hand. */
import type { ExecutionContext } from 'ava'
import type { StartOptions } from '../../src/runtime/server.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import { JuteWriter } from '../../src/wire/index.js'
import { type LogLine, serveFor } from './server.js'

export const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
export const moment = () => new Promise((resolve) => setTimeout(resolve, 1))

/** What a test has: a server, and the lines that it logs about clients. */
export interface Scene {
  readonly port: number
  readonly core: Awaited<ReturnType<typeof serveFor>>['server']['core']
  readonly complaints: () => LogLine[]
}

/** Runs a test while another client reads and writes all the time, and is answered rightly. */
export async function besideAnother(
  t: ExecutionContext,
  action: (scene: Scene) => Promise<void>,
  options: Partial<StartOptions> = {},
): Promise<void> {
  const { server, port, lines } = await serveFor(t, options)
  const other = await connectClient({ port })
  await other.request({ op: 'create', path: '/other', data: null, acl: open, flags: 0 })
  let isDone = false
  let versions = 0
  const serving = (async () => {
    while (!isDone) {
      const [written, read] = await Promise.all([
        other.request({
          op: 'setData',
          path: '/other',
          data: Buffer.from(String(versions)),
          version: versions,
        }),
        other.request({ op: 'getData', path: '/other', watch: false }),
      ])
      if (written.err !== 0 || read.err !== 0) throw new Error(`served ${written.err}, ${read.err}`)
      versions++
      await moment()
    }
  })()
  try {
    const complaints = () => lines.filter(({ level }) => level === 'warn' || level === 'error')
    await Promise.race([action({ port, core: server.core, complaints }), serving])
    const before = versions
    while (versions < before + 3) await Promise.race([moment(), serving])
  } finally {
    isDone = true
    await serving.catch(() => {})
  }
  t.false(other.isClosed, 'the other client is still connected')
}

/** A frame around bytes. */
export function framed(bytes: Uint8Array): Buffer {
  const writer = new JuteWriter()
  writer.buffer(bytes)
  return writer.take()
}

/** A frame of a request's header and the bytes of a record. */
export function asked(xid: number, type: number, record: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(8)
  header.writeInt32BE(xid, 0)
  header.writeInt32BE(type, 4)
  return framed(Buffer.concat([header, record]))
}

export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')

/** The only line that the log has about clients. */
export function onlyLine(t: ExecutionContext, { complaints }: Scene, said: RegExp): void {
  const lines = complaints()
  t.is(lines.length, 1, JSON.stringify(lines))
  t.regex(lines[0]!.message, said)
  t.regex(String(lines[0]!.fields['peer']), /^127\.0\.0\.1:\d+$/)
}
