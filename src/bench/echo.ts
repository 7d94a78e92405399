/**
 * A responder that does nothing: answers each frame by its xid and 16 more bytes. What a generator reaches against it is
 * what the generator can do.
 */
import { createServer } from 'node:net'
import { FrameSplitter } from '../wire/index.js'

const reply = Buffer.alloc(24)
reply.writeInt32BE(20, 0)
const welcome = Buffer.alloc(41)
welcome.writeInt32BE(37, 0)
welcome.writeInt32BE(300_000, 8)
welcome.writeInt32BE(16, 20)

const server = createServer({ noDelay: true }, (socket) => {
  const splitter = new FrameSplitter(0x7fff_ffff)
  let isGreeted = false
  socket.on('data', (bytes: Buffer) => {
    const out = Buffer.allocUnsafe((bytes.length / 10) * 24 + 48)
    let at = 0
    splitter.push(bytes, (chunk, start) => {
      if (!isGreeted) {
        isGreeted = true
        at += welcome.copy(out, at)
        return
      }
      reply.copy(out, at)
      chunk.copy(out, at + 4, start, start + 4)
      at += 24
    })
    socket.write(out.subarray(0, at))
  })
  socket.on('error', () => {})
})
server.listen(Number(process.argv[2]), '127.0.0.1')
