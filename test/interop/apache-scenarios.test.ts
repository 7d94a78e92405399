/**
 * The scenarios of sessions, watches and access lists on Apache ZooKeeper: what is recorded is what Apache does. Left out
 * are those that configure the server, restart it, or wait longer than a test may.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { Request, Stat } from '../../spec/vocabulary/index.js'
import { passwordOf } from '../../spec/session/password.js'
import type { Client } from '../../src/client/client.js'
import { connectClient, openClient } from '../../src/runtime/client-socket.js'
import { findRoot } from '../../src/conform/rule-texts.js'
import type { Command } from '../../src/scenario/scenario-command.js'
import { parseScenario } from '../../src/scenario/scenario-file.js'
import { firstDifference, runScenario } from '../../src/scenario/run-scenario.js'
import type { Happened, World } from '../../src/scenario/scenario-world.js'
import { hasApache, startApache } from './apache-server.js'

/** The path of the `sync` that the world sends by itself, to have heard all that there is to hear. */
const settlePath = '/settled'

/** A server that has seen other scenarios before: its zxids are told as if they had begun with this one. */
class ApacheWorld implements World {
  readonly names = new Map<bigint, string>()
  private readonly connections: { name: string; client: Client; told: number }[] = []
  private readonly hungUp = new Set<Client>()
  private readonly port: number
  private readonly observer: Client
  private readonly first: bigint

  private constructor(port: number, observer: Client, first: bigint) {
    this.port = port
    this.observer = observer
    this.first = first
  }

  static async on(port: number): Promise<ApacheWorld> {
    const observer = await connectClient({ port, timeOut: 40_000 })
    return new ApacheWorld(port, observer, (await observer.ping()).zxid)
  }

  async perform(commands: readonly Command[]): Promise<readonly Happened[]> {
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

  /** Ends all sessions and deletes all nodes, for the next scenario. */
  async end(): Promise<void> {
    for (const [id] of this.names) {
      const client = await connectClient({ port: this.port, sessionId: id, passwd: passwordOf(id) })
      if (client.sessionId !== 0n) await client.close()
    }
    await this.observer.request({
      op: 'auth',
      authType: 0,
      scheme: 'digest',
      auth: Buffer.from('super:test'),
    })
    await this.deleteBelow('/')
    await this.observer.close()
  }

  private async deleteBelow(path: string): Promise<void> {
    const { result } = await this.observer.request({ op: 'getChildren', path, watch: false })
    if (result?.op !== 'getChildren') return
    for (const name of result.children) {
      const child = `${path === '/' ? '' : path}/${name}`
      if (child === '/zookeeper') continue
      await this.deleteBelow(child)
      await this.observer.request({ op: 'delete', path: child, version: -1 })
    }
  }

  private async do(command: Command): Promise<void> {
    switch (command.type) {
      case 'connect':
        return this.connect(command)
      case 'disconnect': {
        const client = this.current(command.client)
        this.hungUp.add(client)
        client.destroy()
        return client.closed
      }
      case 'request': {
        const client = this.current(command.client)
        if (command.request.op === 'malformed') throw new Error('malformed is not for this world')
        if (!client.isClosed) void client.request(this.later(command.request)).catch(() => {})
        return
      }
      default:
        throw new Error(`${command.type} is not for this world`)
    }
  }

  private async connect(command: Extract<Command, { type: 'connect' }>): Promise<void> {
    const client = await openClient({ port: this.port })
    this.connections.push({ name: command.client, client, told: 0 })
    const named = [...this.names].find(([, name]) => name === command.session)?.[0]
    const sessionId = command.session === undefined ? 0n : (named ?? 1n)
    const response = await client
      .greet({
        lastZxidSeen: command.seen === 0n ? 0n : command.seen + this.first,
        timeOut: command.timeOut,
        sessionId,
        passwd: command.wrongPassword || sessionId === 0n ? new Uint8Array(16) : passwordOf(sessionId),
      })
      .catch(() => undefined)
    if (response === undefined || response.timeOut <= 0) return client.closed
    if (sessionId === 0n) this.names.set(response.sessionId, command.client)
  }

  /** Waits for everything that has been asked, then for everything that it has caused. */
  private async settle(): Promise<void> {
    for (let round = 0; round < 2; round++) await this.hearAll()
  }

  private async hearAll(): Promise<void> {
    for (const { client } of this.connections) {
      if (!client.isClosed) await client.request({ op: 'sync', path: settlePath }).catch(() => client.closed)
    }
  }

  private news(connected: { name: string; client: Client; told: number }): Happened[] {
    const { client, name, told } = connected
    const connection = this.connections.indexOf(connected) + 1
    const events = client.events.slice(told)
    connected.told = client.events.length
    return events.flatMap((event): Happened[] => {
      switch (event.type) {
        case 'reply': {
          const { result, zxid } = event.reply
          // One that is sent behind a closeSession may be refused (SESSION-63).
          if (event.op === 'sync' && (result?.op !== 'sync' || result.path === settlePath)) return []
          const reply = this.earlier({ ...event.reply, zxid: zxid <= 0n ? zxid + this.first : zxid })
          return [{ client: name, connection, seen: { type: 'reply', op: event.op ?? '?', reply } }]
        }
        case 'closed':
          return this.hungUp.has(client) ? [] : [{ client: name, connection, seen: { type: 'closed' } }]
        default:
          return [{ client: name, connection, seen: event }]
      }
    })
  }

  /** A request with its zxids counted as the server counts them. */
  private later(request: Request): Request {
    return 'relativeZxid' in request
      ? { ...request, relativeZxid: request.relativeZxid + this.first }
      : request
  }

  /** A value with its zxids counted from the scenario's start. */
  private earlier<T>(value: T): T {
    if (Array.isArray(value)) return value.map((each: unknown) => this.earlier(each)) as T
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
    const zxids: readonly string[] = ['zxid', 'czxid', 'mzxid', 'pzxid'] satisfies (keyof Stat | 'zxid')[]
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [
        key,
        zxids.includes(key) ? (each as bigint) - this.first : this.earlier<unknown>(each),
      ]),
    ) as T
  }

  private current(name: string): Client {
    const found = this.connections.findLast((each) => each.name === name)
    if (found === undefined) throw new Error(`${name} has not connected`)
    return found.client
  }
}

const root = findRoot()

/** Where the spec leaves a choice that Apache takes otherwise, or the Apache that is installed differs from 3.8.0 as released. */
const differs = new Map([
  ['behind-closing.txt', 'Apache may reply to what it has taken already (SESSION-63)'],
  ['told-without-permission.txt', 'Debian’s 3.8.0 has the fix of CVE-2024-23944 (WATCHER-39)'],
])

if (!hasApache) {
  test.skip('scenarios: skipped, because Apache ZooKeeper (Debian: zookeeper) is not installed', () => {})
} else {
  const apache = startApache(['DigestAuthenticationProvider.superDigest=super:D/InIHSb7yEEbrWz8b9l71RjZJU='])
  test.after.always(async () => (await apache).stop())

  for (const folder of ['session', 'watcher', 'acl']) {
    for (const file of readdirSync(join(root, 'spec', folder, 'scenarios'))) {
      const text = readFileSync(join(root, 'spec', folder, 'scenarios', file), 'utf8')
      if (/^(set|wait|restart|reap)\b|: malformed/m.test(text)) continue
      const difference = differs.get(file)
      if (difference !== undefined) {
        test.skip(`${folder}/${file}: skipped, because ${difference}`, () => {})
        continue
      }
      test.serial(`${folder}/${file}: Apache ZooKeeper does what is recorded`, async (t) => {
        const world = await ApacheWorld.on((await apache).port)
        const scenario = parseScenario(text)
        const followed = await runScenario(scenario, world)
        await world.end()
        t.is(firstDifference(scenario, followed), undefined)
      })
    }
  }
}
