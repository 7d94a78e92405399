/** Frames written and read by hand, for tests of the wire's rules that must not lean on the code they test. */
import { createConnection } from 'node:net'

export const int = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
export const long = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(value)
  return bytes
}
export const buffer = (value: string | Uint8Array | null): Buffer =>
  value === null ? int(-1) : Buffer.concat([int(Buffer.from(value).length), Buffer.from(value)])
export const frame = (...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([int(body.length), body])
}
export const no = Buffer.from([0])
export const hello = ({
  id = 0n,
  passwd = new Uint8Array(16) as Uint8Array | null,
  seen = 0n,
  old = false,
} = {}): Buffer => frame(int(0), long(seen), int(10_000), long(id), buffer(passwd), ...(old ? [] : [no]))
export const ask = (xid: number, type: number, ...record: Buffer[]): Buffer =>
  frame(int(xid), int(type), ...record)
export const ping = ask(-2, 11)

/** What came back: frames, and whether the server closed the connection. Ends when it did, or after `wanted` frames. */
export async function talk(
  port: number,
  bytes: readonly Buffer[],
  wanted: number,
): Promise<{ frames: Buffer[]; closed: boolean }> {
  const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  socket.write(Buffer.concat(bytes))
  let rest = Buffer.alloc(0)
  const frames: Buffer[] = []
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      frames.push(rest.subarray(4, 4 + rest.readInt32BE(0)))
      rest = rest.subarray(4 + rest.readInt32BE(0))
    }
    if (frames.length >= wanted) {
      socket.destroy()
      return { frames, closed: false }
    }
  }
  return { frames, closed: true }
}

export const headerOf = (bytes: Buffer) => ({
  xid: bytes.readInt32BE(0),
  zxid: bytes.readBigInt64BE(4),
  err: bytes.readInt32BE(12),
  body: bytes.subarray(16).toString('hex'),
})
