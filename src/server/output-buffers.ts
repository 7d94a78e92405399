/**
 * What is on its way to the clients: one buffer a connection gathers all that an input causes, and leaves in one write.
 * Buffers go from connection to connection; an idle one has none.
 */
import { JuteWriter } from '../wire/index.js'
import type { Connection } from './connection/connection.js'
import type { Transport } from './effects.js'

/** Output of one connection that is sent before its input is worked on further, in bytes. */
const share = 1 << 20
/** Buffers kept for reuse, and the size up to which one is worth keeping. */
const spareLimit = 64

export class OutputBuffers {
  private readonly transport: Transport
  private readonly dirty: Connection[] = []
  private readonly ending: Connection[] = []
  private readonly spare: JuteWriter[] = []

  constructor(transport: Transport) {
    this.transport = transport
  }

  /** Where a connection's output gathers until the next flush. */
  of(connection: Connection): JuteWriter {
    if (connection.output === undefined) {
      connection.output = this.spare.pop() ?? new JuteWriter(4096)
      this.dirty.push(connection)
    }
    return connection.output
  }

  /** Sends what has gathered if it is much, to learn whether the client takes it. */
  sendMuch(connection: Connection): void {
    if (connection.output !== undefined && connection.output.position > share) this.send(connection)
  }

  /** Ends a connection once what it was answered is sent. */
  end(connection: Connection): void {
    this.ending.push(connection)
  }

  /** Sends everything: one write a connection. */
  flush(): void {
    const { dirty, ending } = this
    for (let i = 0; i < dirty.length; i++) this.send(dirty[i]!)
    dirty.length = 0
    for (let i = 0; i < ending.length; i++) this.transport.close(ending[i]!.id)
    ending.length = 0
  }

  /** A connection is gone, and with it what it would have been sent. */
  drop(connection: Connection): void {
    if (connection.output !== undefined) this.recycle(connection.output)
    connection.output = undefined
  }

  private send(connection: Connection): void {
    const out = connection.output
    if (out === undefined) return
    connection.output = undefined
    const taken = this.transport.send(connection.id, out.view())
    if (taken === 'taken') this.recycle(out)
    if (taken === 'full') connection.gate.setFull(true)
  }

  private recycle(out: JuteWriter): void {
    if (this.spare.length >= spareLimit || out.position > share) return
    out.clear()
    this.spare.push(out)
  }
}
