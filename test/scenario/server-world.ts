/** A scenario's world made of a real server: in this process, on a free port and a folder of its own, behind real sockets. */
import type { Malformed } from '../../spec/service/service-events.js'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from '../../src/client/client.js'
import { openClient } from '../../src/runtime/client-socket.js'
import { startServer } from '../../src/runtime/server.js'
import type { RunningServer } from '../../src/server/server.js'
import { defaultSettings } from '../../src/conform/check-trace.js'
import { lineTracer } from '../../src/trace/trace-codec.js'
import type { Command } from '../../src/scenario/scenario-command.js'
import { SessionNaming } from '../../src/scenario/session-names.js'
import { scenarioStart, withSetting } from '../../src/scenario/scenario-settings.js'
import type { Happened, World } from '../../src/scenario/scenario-world.js'
import { passwordOf } from '../../spec/session/password.js'

interface Connected {
  readonly name: string
  readonly client: Client
  /** Events that have been told. */
  told: number
  /** Requests that have been sent. */
  asked: number
}

export class ServerWorld implements World {
  /** The trace so far, a line an event. */
  readonly trace: string[] = []
  /** Sessions in the order in which the server ended them, in the last block, by name. */
  expired: string[] = []
  readonly start = undefined as number | undefined
  private readonly naming = new SessionNaming()
  private readonly connections: Connected[] = []
  /** Clients that dropped their connections themselves. */
  private readonly hungUp = new Set<Client>()
  private readonly tracer
  private readonly dataDir = mkdtempSync(join(tmpdir(), 'zoospec-scenario-'))
  private settings = defaultSettings
  private server: RunningServer | undefined
  private now = scenarioStart

  constructor() {
    const write = lineTracer('server', (line) => this.trace.push(line))
    this.tracer = (event: Parameters<typeof write>[0]) => {
      const { input } = event
      if (input.type === 'commit' && input.cause === 'expire') {
        this.expired.push(this.names.get(input.session as bigint) ?? '')
      }
      write(event)
    }
  }

  get names(): ReadonlyMap<bigint, string> {
    return this.naming.names
  }

  async perform(commands: readonly Command[]): Promise<readonly Happened[]> {
    this.expired = []
    let speaker: string | undefined
    for (const command of commands) {
      const client = 'client' in command ? command.client : undefined
      if (speaker !== undefined && client !== speaker) await this.settle()
      speaker = client
      await this.do(command)
    }
    await this.settle()
    return this.connections.flatMap((each) => this.news(each))
  }

  async end(): Promise<void> {
    await this.server?.stop()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  private async do(command: Command): Promise<void> {
    if (command.type === 'set') {
      if (this.server !== undefined) throw new Error('set stands before the first connect')
      this.settings = withSetting(this.settings, command.key, command.value)
      return
    }
    const server = (this.server ??= await this.startServer())
    switch (command.type) {
      case 'connect':
        return this.connect(server, command)
      case 'disconnect': {
        const { client } = this.current(command.client)
        if (!client.isClosed) this.hungUp.add(client)
        client.destroy()
        await client.closed
        return this.settle()
      }
      case 'request': {
        const connection = this.current(command.client)
        if (connection.client.isClosed) return
        connection.asked++
        if (command.request.op === 'malformed') connection.client.sendRaw(frameOf(command.request))
        else void connection.client.request(command.request).catch(() => {})
        return
      }
      case 'wait':
        return this.wait(server, command.ms)
      case 'reap':
        server.core.reap()
        server.core.flush()
        return
      case 'restart':
        await server.stop()
        this.now++ // session ids come from the clock
        this.server = await this.startServer()
    }
  }

  private async connect(
    server: RunningServer,
    command: Extract<Command, { type: 'connect' }>,
  ): Promise<void> {
    const client = await openClient({ port: server.port })
    this.connections.push({ name: command.client, client, told: 0, asked: 0 })
    const sessionId = command.session === undefined ? 0n : this.naming.of(command.session)
    const isBlank = sessionId === 0n || command.wrongPassword
    const response = await client
      .greet({
        lastZxidSeen: command.seen,
        timeOut: command.timeOut,
        sessionId,
        passwd: isBlank ? new Uint8Array(16) : passwordOf(sessionId),
      })
      .catch(() => undefined)
    if (sessionId === 0n && response !== undefined) this.naming.given(command.client, response.sessionId)
    if (response === undefined || response.timeOut <= 0) await client.closed
  }

  /** Time passes in steps of a tick, so that what is due first ends first. */
  private async wait(server: RunningServer, ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= this.settings.tickTime) {
      this.now += Math.min(left, this.settings.tickTime)
      server.core.tick()
      server.core.flush()
      await this.until(() => server.core.pipeline.isIdle)
    }
  }

  /** Until every request is answered, and every connection has heard all that the server has said. */
  private async settle(): Promise<void> {
    const { server } = this
    if (server === undefined) return
    await this.until(() => {
      const open = this.connections.filter(({ client }) => !client.isClosed)
      return (
        server.core.pipeline.isIdle &&
        server.core.connections.size === open.length &&
        open.every((each) => this.hasHeardAll(server, each))
      )
    })
  }

  private hasHeardAll({ core }: RunningServer, connection: Connected): boolean {
    const { client, asked } = connection
    if (client.heard('reply').length < asked) return false
    const latest = this.connections.findLast((each) => each.client.sessionId === client.sessionId)
    if (latest !== connection) return false // its session has moved: its end is on the way
    for (const { isConnected, sessionId, stats } of core.connections.values()) {
      if (isConnected && sessionId === client.sessionId) return stats.sent === client.events.length
    }
    return false
  }

  private async until(holds: () => boolean): Promise<void> {
    for (let tries = 0; !holds(); tries++) {
      if (tries > 20_000) throw new Error('the server does not come to rest')
      await sleep(tries < 50 ? 0 : 1)
    }
  }

  private news(connection: Connected): Happened[] {
    const { client, name, told } = connection
    const events = client.events.slice(told)
    connection.told = client.events.length
    return events.flatMap((event): Happened[] => {
      const of = { connection: this.connections.indexOf(connection) + 1, client: name }
      if (event.type === 'reply')
        return [{ ...of, seen: { type: 'reply', op: event.op ?? 'malformed', reply: event.reply } }]
      // A client that hung up itself hears of it too; scenarios tell only of what the server does.
      if (event.type === 'closed') return this.hungUp.has(client) ? [] : [{ ...of, seen: { type: 'closed' } }]
      return [{ ...of, seen: event }]
    })
  }

  private current(name: string): Connected {
    const found = this.connections.findLast((each) => each.name === name)
    if (found === undefined) throw new Error(`${name} has not connected`)
    return found
  }

  private startServer(): Promise<RunningServer> {
    const {
      skipAcl,
      extendedTypes,
      enforceQuota,
      neverUsedInterval,
      superDigest,
      tickTime,
      minSessionTimeout,
      maxSessionTimeout,
    } = this.settings
    return startServer({
      port: 0,
      dataDir: this.dataDir,
      config: {
        skipAcl,
        extendedTypes,
        enforceQuota,
        superDigest,
        tickTime,
        minSessionTimeout,
        maxSessionTimeout,
        containerCheckIntervalMs: 1_000_000,
        containerMaxNeverUsedIntervalMs: neverUsedInterval ?? 0,
      },
      now: () => this.now,
      tracer: this.tracer,
    })
  }
}

/** A request's header, an xid that no other request has, and nothing after it; or a null path and zeros, as many as any record takes. */
function frameOf({ opcode, isPathNull = false }: Malformed): Uint8Array {
  const frame = Buffer.alloc(isPathNull ? 64 : 12)
  frame.writeInt32BE(frame.length - 4)
  frame.writeInt32BE(1_000_000, 4)
  frame.writeInt32BE(opcode, 8)
  if (isPathNull) frame.writeInt32BE(-1, 12)
  return frame
}
