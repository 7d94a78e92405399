/** A scenario's world made of the spec's service alone: every request is served as soon as it arrives. */
import type { Settings } from '../../../spec/tree/types.js'
import type { ConnectionId, ServiceEvent, ServiceOutput } from '../../../spec/service/events.js'
import type { Service } from '../../../spec/service/state.js'
import type { AbstractService, Step } from '../../../spec/service/step.js'
import { passwordOf } from '../../../spec/session/password.js'
import type { Command } from './command.js'
import type { Seen } from './print.js'
import type { Happened, World } from './world.js'

/** When scenarios start, in milliseconds since 1970: at the start of a tick. */
export const scenarioStart = 1_600_000_000_000

/** Settings by the keys of `set`, which are those of `zoo.cfg`. */
const setters: Readonly<Record<string, (value: string) => Partial<Settings>>> = {
  skipACL: (value) => ({ skipAcl: value === 'yes' }),
  extendedTypesEnabled: (value) => ({ extendedTypes: value === 'true' }),
  enforceQuota: (value) => ({ enforceQuota: value === 'true' }),
  'DigestAuthenticationProvider.superDigest': (value) => ({ superDigest: value }),
  tickTime: (value) => ({ tickTime: Number(value) }),
  minSessionTimeout: (value) => ({ minSessionTimeout: Number(value) }),
  maxSessionTimeout: (value) => ({ maxSessionTimeout: Number(value) }),
}

export class SpecWorld implements World {
  readonly names = new Map<bigint, string>()
  state: Service
  private now = scenarioStart
  private settings: Settings
  private readonly service: AbstractService
  private readonly onStep: ((step: Step) => void) | undefined
  private readonly current = new Map<string, ConnectionId>()
  private readonly clients = new Map<ConnectionId, string>()
  private readonly operations = new Map<ConnectionId, string[]>()
  private connections = 0
  private sessions = 0n
  private xid = 0
  private happened: Happened[] = []

  constructor(service: AbstractService, settings: Settings, onStep?: (step: Step) => void) {
    this.service = service
    this.onStep = onStep
    this.settings = settings
    this.state = service.initial(settings, { now: this.now })
  }

  async perform(commands: readonly Command[]): Promise<readonly Happened[]> {
    this.happened = []
    for (const command of commands) this.do(command)
    return this.happened
  }

  async end(): Promise<void> {}

  private do(command: Command): void {
    switch (command.type) {
      case 'set': {
        const setter = setters[command.key]
        if (setter === undefined)
          throw new Error(`set knows ${Object.keys(setters).join(', ')}, not ${command.key}`)
        this.settings = { ...this.settings, ...setter(command.value) }
        this.state = this.service.initial(this.settings, { now: this.now })
        return
      }
      case 'connect':
        return this.connect(command)
      case 'disconnect':
        this.disconnect(this.connectionOf(command.client))
        return
      case 'request': {
        const connection = this.connectionOf(command.client)
        if (this.state.connections.get(connection)?.life !== 'open') return // its client can't say anything
        const xid = ++this.xid
        this.operations.get(connection)!.push(command.request.op)
        this.step({ type: 'request', connection, xid, request: command.request, now: this.now })
        this.step({ type: 'serve', connection, now: this.now })
        return
      }
      case 'wait':
        this.now += command.ms
        this.endOverdue()
        return
      case 'reap':
        for (const event of this.service.allowed(this.state, this.now))
          if (event.type === 'reap') this.step(event)
        return
      case 'restart':
        return this.restart()
    }
  }

  private connect(command: Extract<Command, { type: 'connect' }>): void {
    const connection = ++this.connections
    this.current.set(command.client, connection)
    this.clients.set(connection, command.client)
    this.operations.set(connection, [])
    const asked = command.session === undefined ? 0n : this.sessionNamed(command.session)
    const grant = (0x100n << 48n) + ++this.sessions
    if (asked === 0n) this.names.set(grant, command.client)
    this.step({
      type: 'connect',
      connection,
      address: '127.0.0.1',
      request: {
        protocolVersion: 0,
        lastZxidSeen: command.seen,
        timeOut: command.timeOut,
        sessionId: asked,
        passwd: asked === 0n || command.wrongPassword ? new Uint8Array(16) : passwordOf(asked),
        readOnly: false,
      },
      grant: { sessionId: grant, passwd: passwordOf(grant) },
      now: this.now,
    })
  }

  private disconnect(connection: ConnectionId): void {
    if (this.state.connections.get(connection)?.life !== 'open') return
    this.step({ type: 'disconnect', connection, now: this.now })
  }

  /** Ends the sessions that are overdue, those first that were heard of first. */
  private endOverdue(): void {
    this.step({ type: 'tick', now: this.now })
    for (const event of this.service.allowed(this.state, this.now))
      if (event.type === 'giveUp') this.step(event)
    for (const event of this.service.allowed(this.state, this.now))
      if (event.type === 'expire') this.step(event)
  }

  private restart(): void {
    const { tree, zxid } = this.state
    const sessions = new Map(
      [...this.state.sessions.values()].map((each) => [
        each.id,
        { ...each, heard: this.now, connection: null },
      ]),
    )
    for (const { id, life } of this.state.connections.values()) {
      if (life === 'open') this.tell({ type: 'closed', connection: id })
    }
    this.state = this.service.initial(this.settings, { now: this.now, tree, zxid, sessions })
  }

  private step(event: ServiceEvent): void {
    const step = this.service.step(this.state, event)
    if (!step.ok) throw new Error(`${event.type}: ${step.why} (${step.rule})`)
    this.onStep?.(step)
    this.state = step.state
    for (const output of step.outputs) this.tell(output)
  }

  private tell(output: ServiceOutput): void {
    const seen: Seen =
      output.type === 'reply'
        ? { type: 'reply', op: this.operations.get(output.connection)!.shift()!, reply: output.reply }
        : output
    this.happened.push({ client: this.clients.get(output.connection)!, seen })
  }

  private connectionOf(client: string): ConnectionId {
    const connection = this.current.get(client)
    if (connection === undefined) throw new Error(`${client} has not connected`)
    return connection
  }

  private sessionNamed(name: string): bigint {
    for (const [id, each] of this.names) if (each === name) return id
    return name === 'none' ? 1n : 0n
  }
}
