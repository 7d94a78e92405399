/**
 * An ensemble of leaders and learners over channels and disks in memory, a step at a time, each drawn from a seed: a message
 * arrives, a disk does its next write, a server crashes, a connection breaks, a client asks. What must hold is looked at
 * where it happens (BROADCAST-70 to 79).
 */
import type { Quorums } from '../../src/broadcast/quorums.js'
import type { Random } from '../../src/random/random.js'
import type { Transaction } from '../../src/tree/txn.js'
import type { LeaderMessage, LearnerMessage } from '../../src/wire/peer/quorum-message.js'
import type { MemoryDisk } from './memory-server.js'
import { epochOf } from '../../src/broadcast/zxid.js'
import { majority } from './majority.js'
import { SimulatedServer } from './simulated-server.js'

/** A connection: two channels, and which ends know that it is over. */
export class Connection {
  readonly toLeader: LearnerMessage[] = []
  readonly toLearner: LeaderMessage[] = []
  /** Nothing gets through any more. */
  isCut = false
  isOverForLeader = false
  isOverForLearner = false

  constructor(
    readonly id: number,
    readonly leader: SimulatedServer,
    readonly learner: SimulatedServer,
  ) {}

  /** One end is gone, with what is under way: in both directions. */
  cut(): void {
    this.isCut = true
    this.toLeader.length = 0
    this.toLearner.length = 0
  }
}

export interface Shape {
  readonly participants: number
  readonly observers: number
  readonly committedLogLimit: number
  readonly forceSnapSync: boolean
}

export class SimulatedEnsemble {
  readonly servers: readonly SimulatedServer[]
  readonly quorums: Quorums
  connections: Connection[] = []
  /** What is committed, in order: the history of the service. */
  readonly committed: Transaction[] = []
  readonly problems: string[] = []
  /** The streams behind SNAP, by connection. */
  readonly snapshots = new Map<number, MemoryDisk['snapshot']>()
  readonly established = new Map<number, number>()
  /** What happened, for whoever reads of a failure. */
  readonly told: string[] = []
  /** How often what happened. */
  readonly counts = new Map<string, number>()
  now = 0
  private nextRequest = 1
  private nextConnection = 1

  constructor(
    private readonly random: Random,
    readonly shape: Shape,
  ) {
    const participants = Array.from({ length: shape.participants }, (_, index) => index + 1)
    this.quorums = majority(participants)
    this.servers = Array.from(
      { length: shape.participants + shape.observers },
      (_, index) => new SimulatedServer(index + 1, index >= shape.participants, this),
    )
  }

  tell(what: string): void {
    this.told.push(what)
    const kind = /^\d+ ([a-z ]+)/.exec(what)?.[1]?.trim() ?? what
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1)
  }

  private draw<T>(items: readonly T[]): T | undefined {
    return items[this.random.below(items.length)]
  }

  /** A step without faults: an arrival, a write, an end that becomes known. False where nothing is under way. */
  goOn(): boolean {
    const steps = [
      ...this.connections.flatMap((connection) => this.stepsOf(connection)),
      ...this.servers.filter(({ hasWork }) => hasWork).map((server) => () => server.doNextWrite()),
    ]
    this.draw(steps)?.()
    this.connections = this.connections.filter((each) => !(each.isOverForLeader && each.isOverForLearner))
    return steps.length > 0
  }

  private stepsOf(connection: Connection): (() => void)[] {
    const { leader, learner, toLeader, toLearner, isCut } = connection
    const steps: (() => void)[] = []
    if (!connection.isOverForLeader && toLeader.length > 0)
      steps.push(() => leader.takeFromLearner(connection, toLeader.shift()!))
    if (!connection.isOverForLearner && toLearner.length > 0)
      steps.push(() => learner.takeFromLeader(connection, toLearner.shift()!))
    if (isCut && !connection.isOverForLeader) steps.push(() => leader.loseLearner(connection))
    if (isCut && !connection.isOverForLearner) steps.push(() => learner.loseLeader(connection))
    return steps
  }

  /** Anything at all. */
  anything(): void {
    const { random } = this
    const chance = random.below(1000)
    const server = this.draw(this.servers)!
    if (chance < 6) server.crash(random.below(3))
    else if (chance < 40) server.start()
    else if (chance < 46) this.draw(this.connections)?.cut()
    else if (chance < 70) this.elect(this.lookingParticipants().filter(() => random.below(4) > 0))
    else if (chance < 130) this.join(server)
    else if (chance < 134) this.pass(1000 * (1 + random.below(12)))
    else if (chance < 136) server.giveUp()
    else if (chance < 138) server.failLog()
    else if (chance < 250) this.ask(server)
    else this.goOn()
  }

  lookingParticipants(): SimulatedServer[] {
    return this.servers.filter(({ life, isObserver }) => life === 'looking' && !isObserver)
  }

  /** The best of a quorum leads, the others follow (ENSEMBLE-20). */
  elect(voters: readonly SimulatedServer[]): void {
    if (!this.quorums.isQuorum(new Set(voters.map(({ sid }) => BigInt(sid))))) return
    const [best] = voters.toSorted(
      (a, b) =>
        b.disk.currentEpoch - a.disk.currentEpoch ||
        Number(b.memory.lastZxid - a.memory.lastZxid) ||
        b.sid - a.sid,
    )
    best!.lead()
    for (const voter of voters) if (voter !== best) this.follow(voter, best!)
  }

  /** One that looks reaches one that leads (ENSEMBLE-21). */
  join(server: SimulatedServer): void {
    if (server.life !== 'looking') return
    const leader = this.draw(this.servers.filter(({ life }) => life === 'leading'))
    if (leader !== undefined) this.follow(server, leader)
  }

  private follow(learner: SimulatedServer, leader: SimulatedServer): void {
    const connection = new Connection(this.nextConnection++, leader, learner)
    this.connections.push(connection)
    leader.welcome(connection)
    learner.follow(connection)
  }

  /** A client asks a server for a write. */
  ask(server: SimulatedServer): void {
    if (server.ask(this.nextRequest)) this.nextRequest++
  }

  /** Time passes: everyone is told of each quarter of a second. */
  pass(milliseconds: number): void {
    for (let passed = 0; passed < milliseconds; passed += 250) {
      this.now += 250
      for (const server of this.servers) server.tick(this.now)
    }
  }

  // What must hold

  fail(problem: string): void {
    this.problems.push(problem)
  }

  /** BROADCAST-70, 71: one leader an epoch, which has all that was committed; what it has is committed now. */
  hasEstablished(server: SimulatedServer, epoch: number): void {
    this.tell(`${server.sid} established ${epoch}`)
    const other = this.established.get(epoch)
    if (other !== undefined) this.fail(`${server.sid} and ${other} lead epoch ${epoch}`)
    this.established.set(epoch, server.sid)
    const { applied } = server.memory
    this.committed.forEach(({ header }, place) => {
      const own = applied[place]?.header.cxid
      // A leader may find out late that a quorum was synchronized with it: later ones have committed more by then.
      const isDue = own !== undefined || epochOf(header.zxid) < epoch
      if (isDue && own !== header.cxid)
        this.fail(`${server.sid}, which leads epoch ${epoch}, lacks ${header.cxid}`)
    })
    this.committed.push(...applied.slice(this.committed.length))
    this.checkDurable(this.committed.at(-1))
  }

  /** BROADCAST-74, 75: a leader commits what comes next, or what is committed already. */
  hasCommitted(server: SimulatedServer, transaction: Transaction): void {
    this.tell(`${server.sid} committed ${transaction.header.cxid}`)
    const { zxid, cxid } = transaction.header
    const known = this.committed.find(({ header }) => header.zxid === zxid)
    const last = this.committed.at(-1)?.header.zxid ?? 0n
    if (known === undefined && zxid <= last) this.fail(`${server.sid} commits ${zxid} after ${last}`)
    if (known !== undefined && known.header.cxid !== cxid)
      this.fail(`${zxid} is ${known.header.cxid} and ${cxid}`)
    if (known === undefined) this.committed.push(transaction)
    this.checkDurable(transaction)
  }

  /** BROADCAST-77: it is on the disks of a quorum. */
  private checkDurable(transaction: Transaction | undefined): void {
    if (transaction === undefined) return
    const having = this.servers.filter((server) => server.hasOnDisk(transaction))
    if (!this.quorums.isQuorum(new Set(having.map(({ sid }) => BigInt(sid)))))
      this.fail(
        `${transaction.header.cxid} is committed, and on disks of ${having.map(({ sid }) => sid).join()}`,
      )
  }

  /** BROADCAST-72, 74: what a server that serves has applied is the beginning of what is committed. */
  checkServing({ sid, memory }: SimulatedServer): void {
    memory.applied.forEach(({ header }, place) => {
      if (
        this.committed[place]?.header.zxid !== header.zxid ||
        this.committed[place].header.cxid !== header.cxid
      )
        this.fail(
          `${sid} serves ${header.cxid} at place ${place}, where ${this.committed[place]?.header.cxid} is`,
        )
    })
  }

  // The end: nothing fails any more

  /** Brings the ensemble to rest: all serve one leader, and nothing is under way. False where it does not come to that. */
  settle(): boolean {
    for (let round = 0; round < 60; round++) {
      for (const server of this.servers) server.start()
      this.rest()
      if (this.isSettled()) return true
      const leader = this.servers.find(({ leader: role }) => role?.isEstablished === true)
      if (leader !== undefined && round % 8 !== 7) for (const server of this.servers) this.join(server)
      else {
        // BROADCAST-26 keeps a server out that accepted a later epoch: only the next election lets it in.
        for (const server of this.servers) server.giveUp()
        this.rest()
        this.elect(this.lookingParticipants())
      }
      this.rest()
      if (this.isSettled()) return true
    }
    return false
  }

  private rest(): void {
    while (this.goOn());
  }

  private isSettled(): boolean {
    const leaders = this.servers.filter(({ leader }) => leader?.isEstablished === true)
    return (
      leaders.length === 1 &&
      this.servers.every((server) => server === leaders[0] || server.learner?.isServing === true) &&
      leaders[0]!.memory.applied.length === this.committed.length
    )
  }
}
