/**
 * What only shows while writes are on their way to the disk: a server whose disk is held back at will, several clients,
 * sessions that are lost, moved and expired meanwhile. Its traces must be accepted.
 */
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { service } from '../../spec/service/standard-service.js'
import { passwordOf } from '../../spec/session/password.js'
import { nodeHash } from '../../src/runtime/hash.js'
import { assemble } from '../../src/server/assemble.js'
import { SessionIds } from '../../src/session/session-ids.js'
import { LocalReplication } from '../../src/server/replication/local-replication.js'
import { defaultConfig } from '../../src/server/config/config.js'
import { ServerCore } from '../../src/server/core.js'
import { silent } from '../../src/platform/logger.js'
import type { Inspection } from '../../src/server/four-letter/inspection.js'
import { defaultSettings, validateTrace, type Verdict } from '../../src/conform/check-trace.js'
import { lineTracer } from '../../src/trace/trace-codec.js'
import { explain } from '../../src/conform/format-rejection.js'
import { parseRequest } from '../../src/scenario/scenario-command.js'
import { DataTree } from '../../src/tree/data-tree.js'
import { JuteWriter, writeConnectRequest, writeRequest } from '../../src/wire/index.js'
import { request } from './commands.js'

const names = ['a', 'b', 'c'] as const
type Name = (typeof names)[number]

/** A server without sockets and disk: `durable` says when what was logged is safe. */
class Held {
  readonly trace: string[] = []
  private now = 1_600_000_000_000
  private readonly logged: bigint[] = []
  private safe = 0n
  /** SERVICE-26: the first write that was carried out before it was on disk, if any. */
  early: bigint | undefined
  private readonly core: ServerCore
  private readonly connections = new Map<Name, number>()
  private readonly open = new Set<number>()
  private readonly sessions = new Map<number, bigint>()
  private next = 1
  private xid = 1

  constructor() {
    const { tickTime, minSessionTimeout, maxSessionTimeout } = defaultSettings
    const config = { ...defaultConfig(), tickTime, minSessionTimeout, maxSessionTimeout }
    const { state, sessions } = assemble(
      config,
      nodeHash,
      new DataTree(),
      new Map(),
      this.now,
      new SessionIds(1, this.now),
    )
    const write = lineTracer('held', (line) => this.trace.push(line))
    write({
      time: this.now,
      subsystem: 'service',
      instance: 'server',
      input: { type: 'start', settings: defaultSettings, zxid: 0n, sessions: [] },
    })
    const end = (id: number) => {
      if (this.open.delete(id)) this.core.connectionClosed(id)
    }
    this.core = new ServerCore({
      config,
      state,
      sessions,
      transport: { send: () => 'taken', close: end, drop: end, pause: () => {}, resume: () => {} },
      replication: new LocalReplication(
        { append: ({ header }) => void this.logged.push(header.zxid) },
        { state, sessions, now: () => this.core.now(), reconfigEnabled: false, sid: 1n },
      ),
      logger: silent,
      now: () => this.now,
      inspection: {} as Inspection,
      tracer: (event) => {
        const { type, connection, response } = event.input
        if (event.input.type === 'commit' && (event.input.zxid as bigint) > this.safe)
          this.early ??= event.input.zxid as bigint
        if (type === 'connected')
          this.sessions.set(connection as number, (response as { sessionId: bigint }).sessionId)
        write(event)
      },
    })
  }

  /** A new connection, with the session that the client had, or a new one. */
  connect(name: Name, isRenewal: boolean): void {
    const had = this.sessions.get(this.connections.get(name) ?? 0) ?? 0n
    const sessionId = isRenewal ? had : 0n
    const id = this.next++
    this.connections.set(name, id)
    this.open.add(id)
    this.core.connectionOpened(id, '127.0.0.1', id)
    const writer = new JuteWriter()
    writeConnectRequest(writer, {
      protocolVersion: 0,
      lastZxidSeen: 0n,
      timeOut: 4000,
      sessionId,
      passwd: passwordOf(sessionId),
      // WIRE-22: one of them is a client of before 3.4.
      ...(name === 'c' ? {} : { readOnly: false }),
    })
    this.core.bytesReceived(id, writer.take())
    this.core.flush()
  }

  send(name: Name, requests: readonly string[]): void {
    const id = this.connections.get(name)
    if (id === undefined || !this.open.has(id)) return
    const writer = new JuteWriter()
    for (const text of requests) writeRequest(writer, this.xid++, parseRequest(text))
    this.core.bytesReceived(id, writer.take())
    this.core.flush()
  }

  lose(name: Name): void {
    const id = this.connections.get(name) ?? 0
    if (this.open.delete(id)) this.core.connectionClosed(id)
    this.core.flush()
  }

  /** So many more records are on disk. */
  durable(count = this.logged.length): void {
    const last = this.logged.splice(0, count).at(-1)
    if (last === undefined) return
    this.safe = last
    this.core.logDurable(last)
    this.core.flush()
  }

  wait(ms: number): void {
    // A session is not left to expire before it exists.
    if (this.sessions.size < this.connections.size || this.sessions.size < this.next - 1) this.durable()
    this.now += ms
    this.core.tick()
    this.core.flush()
  }

  reap(): void {
    this.core.reap()
    this.core.flush()
  }

  async verdict(): Promise<Verdict> {
    while (this.logged.length > 0) this.durable()
    return validateTrace(service, this.trace)
  }
}

const name = fc.constantFrom(...names)
const act: fc.Arbitrary<(held: Held) => void> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.tuple(name, fc.array(request, { minLength: 1, maxLength: 5 })).map(([who, what]) => {
      return (held: Held) => held.send(who, what)
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(name, fc.array(request, { maxLength: 3 })).map(([who, what]) => {
      return (held: Held) => held.send(who, [...what, 'closeSession', 'create /late'])
    }),
  },
  { weight: 8, arbitrary: fc.nat(4).map((count) => (held: Held) => held.durable(count + 1)) },
  { weight: 2, arbitrary: fc.constantFrom(1000, 7000).map((ms) => (held: Held) => held.wait(ms)) },
  { weight: 2, arbitrary: name.map((who) => (held: Held) => held.lose(who)) },
  {
    weight: 3,
    arbitrary: fc.tuple(name, fc.boolean()).map(
      ([who, again]) =>
        (held: Held) =>
          held.connect(who, again),
    ),
  },
  { weight: 1, arbitrary: fc.constant((held: Held) => held.reap()) },
)

async function accepted(t: ExecutionContext, held: Held): Promise<Verdict> {
  const verdict = await held.verdict()
  t.is(verdict.rejection === undefined ? '' : explain(verdict.rejection), '')
  return verdict
}

test('SERVICE-20, SERVICE-25, SERVICE-55: what is done while writes are on their way is what the rules allow', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 60 }), async (acts) => {
      const held = new Held()
      for (const who of names) held.connect(who, false)
      held.durable()
      for (const each of acts) {
        each(held)
        // What a server does in its own time, it does before the next act.
        await Promise.resolve()
      }
      const { rejection } = await held.verdict()
      if (held.early !== undefined)
        throw new Error(`SERVICE-26: ${held.early} is carried out before it is on disk`)
      if (rejection !== undefined)
        throw new Error(
          `${held.trace.slice(0, rejection.event?.seq).slice(-30).join('\n')}\n${explain(rejection)}`,
        )
    }),
    { numRuns: Number(process.env.COMPARE_RUNS ?? 150), includeErrorInReport: true },
  )
  t.pass()
})

test('SERVICE-57: a session that is closed takes with it the znodes that it was still creating', async (t) => {
  const held = new Held()
  held.connect('a', false)
  held.connect('b', false)
  held.durable()
  held.send('a', ['create /e mode=ephemeral', 'create /f mode=ephemeral', 'delete /f', 'closeSession'])
  held.durable()
  held.send('b', ['getChildren /'])
  const { events } = await accepted(t, held)
  t.true(events > 15)
  t.true(held.trace.some((line) => line.includes('"children":["zookeeper"]')))
})
