/**
 * The bytes of a load: frames that are made once and only get their number, so that the generator costs little.
 */
import type { Request } from '../../spec/vocabulary/index.js'
import { JuteWriter, writeRequest } from '../wire/index.js'
import { dataSize, type LoadRequest, root } from './loads.js'

const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const digits = 10

/** The path that getData, exists and setData go to; whoever measures creates it. */
export const target = `${root}/node`

/** The request that a load repeats. */
export function requestOf(kind: LoadRequest, name: string): Request {
  const data = Buffer.alloc(dataSize, 'x')
  switch (kind) {
    case 'getData':
    case 'mixed':
      return { op: 'getData', path: target, watch: false }
    case 'exists':
      return { op: kind, path: target, watch: false }
    case 'setData':
      return { op: kind, path: target, data, version: -1 }
    case 'create':
      return { op: kind, path: `${root}/${name}-${'0'.repeat(digits)}`, data, acl: open, flags: 0 }
  }
}

/**
 * A connection's outgoing frames, in a ring of as many slots as requests may wait. A slot is written again only when the
 * request in it was answered, so its bytes have left.
 */
export class Traffic {
  private readonly ring: Buffer
  /** Where each slot begins, and where the last one ends. */
  private readonly starts: number[] = [0]
  /** Where the digits of a create's path begin in a frame; 0 for other requests. */
  private readonly counter: number
  /** Requests sent; the last one's xid. */
  sent = 0

  constructor(
    kind: LoadRequest,
    name: string,
    private readonly slots: number,
  ) {
    const request = requestOf(kind, name)
    const [frame, other] = [
      frameOf(request),
      kind === 'mixed' ? frameOf(requestOf('setData', name)) : undefined,
    ]
    const frames = Array.from({ length: slots }, (_, slot) =>
      other !== undefined && slot % 10 === 0 && slot < 30 ? other : frame,
    )
    for (const { length } of frames) this.starts.push(this.starts.at(-1)! + length)
    this.ring = Buffer.concat(frames)
    this.counter = request.op === 'create' ? 16 + request.path.length - digits : 0
  }

  /** The slot of the request with an xid. */
  slotOf(xid: number): number {
    return (xid - 1) % this.slots
  }

  /** Makes the next `count` requests (at most as many as there are slots free) and hands over their bytes. */
  next(count: number, write: (bytes: Buffer) => void): void {
    const first = this.slotOf(this.sent + 1)
    for (let i = 0; i < count; i++) this.number(++this.sent)
    const before = Math.min(count, this.slots - first)
    write(this.ring.subarray(this.starts[first], this.starts[first + before]))
    if (count > before) write(this.ring.subarray(0, this.starts[count - before]))
  }

  private number(xid: number): void {
    const at = this.starts[this.slotOf(xid)]!
    const { ring } = this
    ring.writeInt32BE(xid, at + 4)
    if (this.counter === 0) return
    let rest = xid
    for (let digit = digits - 1; digit >= 0; digit--) {
      const next = (rest / 10) | 0
      ring[at + this.counter + digit] = 48 + rest - next * 10
      rest = next
    }
  }
}

function frameOf(request: Request): Buffer {
  const writer = new JuteWriter()
  writeRequest(writer, 0, request)
  return Buffer.from(writer.take())
}
