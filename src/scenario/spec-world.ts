/** A scenario's world made of the spec's service alone: every request is served as soon as it arrives. */
import type { Settings } from '../../spec/tree/tree-types.js'
import type { ConnectionId, ServiceEvent, ServiceOutput } from '../../spec/service/service-events.js'
import type { Service } from '../../spec/service/service-state.js'
import type { AbstractService, Step } from '../../spec/service/abstract-service.js'
import { passwordOf } from '../../spec/session/password.js'
import type { Command } from './scenario-command.js'
import type { Seen } from './format-reply.js'
import { SessionNaming } from './session-names.js'
import { scenarioStart, withSetting } from './scenario-settings.js'
import type { Happened, World } from './scenario-world.js'

/** Told of each step: what it came to, the state before, the event. */
export type OnStep = (step: Step, before: Service, event: ServiceEvent) => void

export class SpecWorld implements World {
  state: Service
  readonly start = undefined as number | undefined
  /** Names of sessions in the order in which they expire, where the service may choose and its choice is known. */
  expiryOrder: readonly string[] = []
  private readonly naming = new SessionNaming()
  private now = scenarioStart
  private settings: Settings
  private readonly service: AbstractService
  private readonly onStep: OnStep | undefined
  private readonly current = new Map<string, ConnectionId>()
  private readonly clients = new Map<ConnectionId, string>()
  private readonly operations = new Map<ConnectionId, string[]>()
  private connections = 0
  private sessions = 0n
  private xid = 0
  private happened: Happened[] = []

  constructor(service: AbstractService, settings: Settings, onStep?: OnStep) {
    this.service = service
    this.onStep = onStep
    this.settings = settings
    this.state = service.initial(settings, { now: this.now })
  }

  get names(): ReadonlyMap<bigint, string> {
    return this.naming.names
  }

  async perform(commands: readonly Command[]): Promise<readonly Happened[]> {
    this.happened = []
    for (const command of commands) this.do(command)
    return this.happened.sort((a, b) => a.connection - b.connection)
  }

  async end(): Promise<void> {}

  private do(command: Command): void {
    switch (command.type) {
      case 'set':
        this.settings = withSetting(this.settings, command.key, command.value)
        this.state = this.service.initial(this.settings, { now: this.now })
        return
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
    const asked = command.session === undefined ? 0n : this.naming.of(command.session)
    const grant = (0x100n << 48n) + ++this.sessions
    if (asked === 0n && command.seen <= this.state.zxid) this.naming.given(command.client, grant)
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

  /** Ends the sessions that are overdue. */
  private endOverdue(): void {
    this.step({ type: 'tick', now: this.now })
    for (const event of this.service.allowed(this.state, this.now))
      if (event.type === 'giveUp') this.step(event)
    const ending = this.service.allowed(this.state, this.now).filter((event) => event.type === 'expire')
    const rank = ({ session }: { session: bigint }): number =>
      this.expiryOrder.indexOf(this.names.get(session) ?? '')
    for (const event of ending.sort((a, b) => rank(a) - rank(b))) this.step(event)
  }

  private restart(): void {
    this.now++ // a restart takes a moment
    const { tree, zxid } = this.state
    const sessions = new Map(
      [...this.state.sessions.values()].map((each) => [
        each.id,
        { ...each, timeOut: each.created, heard: this.now, connection: null },
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
    this.onStep?.(step, this.state, event)
    this.state = step.state
    for (const output of step.outputs) this.tell(output)
  }

  private tell(output: ServiceOutput): void {
    const seen: Seen =
      output.type === 'reply'
        ? { type: 'reply', op: this.operations.get(output.connection)!.shift()!, reply: output.reply }
        : output
    const { connection } = output
    this.happened.push({ connection, client: this.clients.get(connection)!, seen })
  }

  private connectionOf(client: string): ConnectionId {
    const connection = this.current.get(client)
    if (connection === undefined) throw new Error(`${client} has not connected`)
    return connection
  }
}
