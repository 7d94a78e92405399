/** A server core for one test, whose disk, clients and clock are the test's own. */
import type { ConnectRequest, Request } from '../../spec/vocabulary/index.js'
import { nodeHash } from '../../src/runtime/hash.js'
import { assemble } from '../../src/server/assemble.js'
import { SessionIds } from '../../src/session/session-ids.js'
import type { Journal } from '../../src/server/effects.js'
import { LocalReplication } from '../../src/server/replication/local-replication.js'
import type { ProposerParts } from '../../src/server/replication/proposer.js'
import type { Replication } from '../../src/server/replication/replication.js'
import { defaultConfig, type ServerConfig } from '../../src/server/config/config.js'
import { ServerCore } from '../../src/server/core.js'
import type { Transport } from '../../src/server/effects.js'
import { silent } from '../../src/platform/logger.js'
import type { Inspection } from '../../src/server/four-letter/inspection.js'
import { DataTree } from '../../src/tree/data-tree.js'
import type { Transaction } from '../../src/tree/txn.js'
import { FrameSplitter, JuteWriter, writeConnectRequest, writeRequest } from '../../src/wire/index.js'

export const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]

/** A core whose disk and clients are the test's own. */
export class Bench {
  now = 1_000_000
  readonly logged: Transaction[] = []
  readonly core: ServerCore
  readonly sent = new Map<number, Buffer[]>()
  readonly paused = new Set<number>()
  readonly ended: number[] = []
  /** What the transport says of the next bytes. */
  verdict: 'taken' | 'full' = 'taken'

  /** @param replicate how writes are replicated: by the disk alone, unless a test says otherwise */
  constructor(
    config: Partial<ServerConfig> = {},
    replicate = (journal: Journal, parts: ProposerParts): Replication => new LocalReplication(journal, parts),
    sid = 1,
  ) {
    const whole = { ...defaultConfig(), ...config }
    const { state, sessions } = assemble(
      whole,
      nodeHash,
      new DataTree(),
      new Map(),
      this.now,
      new SessionIds(sid, this.now),
    )
    const transport: Transport = {
      send: (id, bytes) => {
        this.sent.set(id, [...(this.sent.get(id) ?? []), Buffer.from(bytes)])
        return this.verdict
      },
      close: (id) => void this.ended.push(id),
      drop: (id) => void this.ended.push(id),
      pause: (id) => void this.paused.add(id),
      resume: (id) => void this.paused.delete(id),
    }
    this.core = new ServerCore({
      config: whole,
      state,
      sessions,
      transport,
      replication: replicate(
        { append: (transaction) => void this.logged.push(transaction) },
        {
          state,
          sessions,
          now: () => this.core.now(),
          reconfigEnabled: whole.reconfigEnabled,
          sid: BigInt(sid),
        },
      ),
      logger: silent,
      now: () => this.now,
      inspection: {} as Inspection,
    })
  }

  /** Connects a client and gives it a session. */
  connect(id: number): void {
    this.greet(id)
    this.durable()
    this.sent.delete(id)
  }

  /** Connects a client, which says this in its handshake, and sends these requests behind it. */
  greet(id: number, says: Partial<ConnectRequest> = {}, ...behind: Request[]): void {
    this.core.connectionOpened(id, '127.0.0.1', id)
    const writer = new JuteWriter()
    writeConnectRequest(writer, {
      protocolVersion: 0,
      lastZxidSeen: 0n,
      timeOut: 10_000,
      sessionId: 0n,
      passwd: new Uint8Array(16),
      readOnly: false,
      ...says,
    })
    behind.forEach((request, index) => writeRequest(writer, 1 + index, request))
    this.core.bytesReceived(id, writer.take())
    this.core.flush()
  }

  /** The session of a connection. */
  sessionOf(id: number): bigint {
    return this.core.connections.get(id)!.sessionId
  }

  /** Time passes. */
  wait(ms: number): void {
    this.now += ms
    this.core.tick()
    this.core.flush()
  }

  /** Sends requests in one piece, numbered from `xid`. */
  send(id: number, xid: number, ...requests: Request[]): void {
    const writer = new JuteWriter()
    requests.forEach((request, index) => writeRequest(writer, xid + index, request))
    this.core.bytesReceived(id, writer.take())
    this.core.flush()
  }

  /** The disk says that everything, or everything up to a zxid, is on it. */
  durable(zxid = this.logged.at(-1)!.header.zxid): void {
    this.core.logDurable(zxid)
    this.core.flush()
  }

  /** The xids of the frames that a client got so far. */
  xids(id: number): number[] {
    return this.frames(id).map((frame) => frame.readInt32BE(0))
  }

  frames(id: number): Buffer[] {
    const frames: Buffer[] = []
    new FrameSplitter(1 << 24).push(Buffer.concat(this.sent.get(id) ?? []), (bytes, start, end) => {
      frames.push(Buffer.from(bytes.subarray(start, end)))
    })
    return frames
  }
}
