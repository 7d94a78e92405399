/** Runs a scenario of the election: commands on the spec's network, and below them what the machines did. */
import type { ElectionLocal } from '../../../spec/election/process-state.js'
import type { ElectionWorld } from '../../../spec/election/election-world.js'
import { electionNetwork, type ElectionNetwork } from '../../../spec/election/election-network.js'
import type { ElectionEvent, Ensemble, History } from '../../../spec/election/election-types.js'
import { isSameVote } from '../../../spec/election/vote.js'
import { formatServer, formatVote } from '../../../spec/election/format-election.js'
import { hierarchical, majority, type QuorumSystem, type Sid, weighted } from '../../../spec/quorum/quorum.js'
import { type Scenario, ScenarioError } from '../../scenario/scenario-file.js'
import {
  type ElectionCommand,
  ElectionCommandError,
  type Link,
  parseElectionCommand,
} from './election-command.js'

/** What followed each block. Throws {@link ScenarioError}. */
export function runElectionScenario(scenario: Scenario): readonly (readonly string[])[] {
  const run = new Run()
  return scenario.blocks.map(({ commands, line }) =>
    commands.flatMap((text, at) => {
      try {
        return run.perform(parseElectionCommand(text))
      } catch (error) {
        if (error instanceof ElectionCommandError) throw new ScenarioError(line + at, error.message)
        throw error
      }
    }),
  )
}

/** More than any scenario delivers at once: beyond it, servers answer each other for ever (ELECTION-63). */
const most = 1000

class Run {
  private voters: readonly Sid[] = []
  private observers: readonly Sid[] = []
  private weights: ReadonlyMap<Sid, number> = new Map()
  private groups: readonly (readonly Sid[])[] = []
  private capacity = 1
  private readonly has = new Map<Sid, History>()
  private network: ElectionNetwork | undefined
  private locals: readonly ElectionLocal[] = []
  private world!: ElectionWorld

  perform(command: ElectionCommand): string[] {
    switch (command.type) {
      case 'ensemble':
        this.voters = command.sids
        return []
      case 'observers':
        this.observers = command.sids
        return []
      case 'weights':
        this.weights = command.weights
        return []
      case 'groups':
        this.groups = command.groups
        return []
      case 'capacity':
        this.capacity = command.capacity
        return []
      case 'has':
        return this.give(command)
      case 'start':
      case 'crash':
      case 'look':
      case 'establish': {
        const { type, sids } = command
        return sids.flatMap((sid) => this.happen(type, sid))
      }
      case 'settle':
      case 'resend':
        return command.sids.flatMap((sid) =>
          this.take(this.processOf(sid), { type: command.type === 'settle' ? 'SETTLE' : 'RESEND' }),
        )
      case 'lose':
        return command.links.flatMap((link) => this.lose(link))
      case 'deliver':
        return command.links.flatMap((link) => this.deliver(link))
      case 'deliverTo':
        return this.running.servers.flatMap(({ sid }) => {
          const link = { from: sid, to: command.sid }
          return this.waiting(link) > 0 ? this.deliver(link) : []
        })
      case 'deliverAll':
        return this.deliverAll()
    }
  }

  private get running(): ElectionNetwork {
    if (this.network !== undefined) return this.network
    const ensemble: Ensemble = { quorums: [this.quorums()], observers: this.observers }
    const sids = [...this.voters, ...this.observers].sort((a, b) => a - b)
    const histories = sids.map((sid) => this.has.get(sid) ?? { zxid: 0, peerEpoch: 0 })
    const { capacity } = this
    this.network = electionNetwork({ ensemble, histories, capacity, repeats: false })
    const { locals, world } = this.network.initial()
    this.locals = locals
    this.world = world
    return this.network
  }

  private quorums(): QuorumSystem {
    const member = (sid: Sid) => ({ sid, weight: this.weights.get(sid) ?? 1 })
    if (this.groups.length > 0) return hierarchical(this.groups.map((group) => group.map(member)))
    return this.weights.size > 0 ? weighted(this.voters.map(member)) : majority(this.voters)
  }

  private give({ sid, zxid, epoch }: Extract<ElectionCommand, { type: 'has' }>): string[] {
    const before = this.has.get(sid) ?? { zxid: 0, peerEpoch: 0 }
    const after = { zxid: zxid ?? before.zxid, peerEpoch: epoch ?? before.peerEpoch }
    this.has.set(sid, after)
    if (this.network !== undefined) {
      const histories = this.world.histories.with(this.processOf(sid), after)
      this.world = { ...this.world, histories }
    }
    return []
  }

  /** Something that the world does to a server. */
  private happen(type: 'start' | 'crash' | 'look' | 'establish', sid: Sid): string[] {
    const process = this.processOf(sid)
    const views = this.locals.map((local, at) => this.running.view(at, local))
    const step = this.running.worldSteps(this.world, views).find(({ action }) => {
      const isIt = action.type === type || (type === 'look' && action.type === 'lapse')
      return isIt && action.process === process
    })
    if (step === undefined) return [`${sid}: can't ${type}: ${this.show(process)}`]
    this.world = step.world
    for (const server of this.running.servers) {
      const history = this.world.histories[this.processOf(server.sid)]
      if (history !== undefined) this.has.set(server.sid, history)
    }
    return step.events.flatMap((each) => this.take(each.process, each.event))
  }

  private deliver(link: Link): string[] {
    const from = this.processOf(link.from)
    const to = this.processOf(link.to)
    const [notification, ...rest] = this.world.channels[from]![to]!
    if (notification === undefined) return [`${link.to}: nothing from ${link.from}`]
    if (this.locals[to]!.value === 'stopped') return [`${link.to}: stopped`]
    this.replace(from, to, rest)
    return this.take(to, { type: 'NOTIFICATION', from: link.from, ...notification })
  }

  private deliverAll(): string[] {
    const lines: string[] = []
    const sids = this.running.servers.map(({ sid }) => sid)
    const links = sids.flatMap((from) => sids.map((to): Link => ({ from, to })))
    const isOpen = (link: Link) =>
      this.waiting(link) > 0 && this.locals[this.processOf(link.to)]!.value !== 'stopped'
    for (let open = links.filter(isOpen); open.length > 0; open = links.filter(isOpen)) {
      if (lines.length > most) throw new ElectionCommandError('notifications go round for ever')
      lines.push(...open.flatMap((link) => (isOpen(link) ? this.deliver(link) : [])))
    }
    return lines
  }

  private lose({ from, to }: Link): string[] {
    this.replace(this.processOf(from), this.processOf(to), [])
    return []
  }

  private waiting({ from, to }: Link): number {
    return this.world.channels[this.processOf(from)]![this.processOf(to)]!.length
  }

  private replace(from: number, to: number, channel: ElectionWorld['channels'][number][number]): void {
    const { channels } = this.world
    this.world = { ...this.world, channels: channels.with(from, channels[from]!.with(to, channel)) }
  }

  /** One event of one server: a line. */
  private take(process: number, event: ElectionEvent): string[] {
    const { sid } = this.running.servers[process]!
    const step = this.running.step(process, this.locals[process]!, event)
    if (step === null) return [`${sid}: can't ${event.type}: ${this.show(process)}`]
    this.locals = this.locals.with(process, step.local)
    this.world = step.notes.reduce((world, note) => this.running.learn(world, process, note), this.world)
    const { broken } = this.world
    if (broken !== null) throw new ElectionCommandError(`${broken.rule}: ${broken.found}`)
    const sends = step.notes.flatMap((note) => (note.type === 'sends' ? note.sends : []))
    const told = sends.map(({ to, notification }) => {
      const isOwn = step.local.vote !== null && isSameVote(notification.vote, step.local.vote)
      return isOwn ? String(to) : `${to} ${formatVote(notification.vote)}`
    })
    const tells = told.length === 0 ? '' : `; tells ${told.join(' ')}`
    return [`${sid}: ${this.show(process)}${tells} [${step.rules.join(' ')}]`]
  }

  private show(process: number): string {
    return formatServer(this.locals[process]!)
  }

  private processOf(sid: Sid): number {
    const process = this.running.servers.findIndex((server) => server.sid === sid)
    if (process === -1) throw new ElectionCommandError(`there is no server ${sid}`)
    return process
  }
}
