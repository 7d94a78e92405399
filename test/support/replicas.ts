/**
 * A leader and learners without a network: what learners forward reaches the leader when a test says so, and what the leader
 * proposes is final everywhere when a test says so. What lies between is the broadcast's, and tested there.
 */
import { LeaderReplication } from '../../src/server/replication/leader-replication.js'
import { type Forwarded, LearnerReplication } from '../../src/server/replication/learner-replication.js'
import type { Transaction } from '../../src/tree/txn.js'
import type { ServerConfig } from '../../src/server/config/config.js'
import { Bench } from './bench.js'

interface Learner {
  readonly sid: bigint
  readonly bench: Bench
  readonly replication: LearnerReplication
}

export const epoch = 3

export class Replicas {
  readonly leader: Bench
  readonly learners: Learner[] = []
  /** Proposed and not final. */
  readonly proposed: Transaction[] = []
  /** Forwarded and not yet with the leader. */
  readonly forwarded: { readonly from: Learner; readonly message: Forwarded }[] = []
  private replication!: LeaderReplication
  private readonly syncs: { readonly behind: Transaction; readonly answer: () => void }[] = []

  /** The leader is server 1, the learners come behind it. */
  constructor(learners: number, config: Partial<ServerConfig> = {}) {
    let zxid = BigInt(epoch) << 32n
    const leading = {
      propose: (build: (zxid: bigint) => Transaction) => void this.proposed.push(build(++zxid)),
      whenCommitted: (answer: () => void) => this.whenCommitted(answer),
    }
    this.leader = new Bench(
      config,
      (_journal, parts) => (this.replication = new LeaderReplication(leading, parts)),
    )
    for (let sid = 2; sid < 2 + learners; sid++) this.addLearner(sid, config)
  }

  /** The clients' side of a server, by its sid. */
  server(sid: number): Bench {
    return sid === 1 ? this.leader : this.learners[sid - 2]!.bench
  }

  /** A client connects to a server and has its session. */
  connect(sid: number, connection: number): void {
    this.server(sid).greet(connection)
    this.settle()
    this.server(sid).sent.delete(connection)
  }

  /** A learner says what no learner should. */
  request(sid: number, message: Extract<Forwarded, { type: 'REQUEST' }>): void {
    this.replication.request(BigInt(sid), message)
  }

  /** What was forwarded reaches the leader. */
  deliver(): void {
    for (const { from, message } of this.forwarded.splice(0)) this.take(from, message)
    this.flush()
  }

  /** The oldest proposals, or all, are final, here and at once on every learner. */
  commit(count = this.proposed.length): void {
    for (const transaction of this.proposed.splice(0, count)) {
      this.leader.core.replicate(() => this.replication.committed(transaction))
      for (const { bench, replication } of this.learners)
        bench.core.replicate(() => replication.committed(transaction))
      while (this.syncs[0]?.behind === transaction) this.syncs.shift()!.answer()
    }
    this.flush()
  }

  /** Everything that is under way comes to its end. */
  settle(): void {
    while (this.forwarded.length > 0 || this.proposed.length > 0) {
      this.deliver()
      this.commit()
    }
  }

  private addLearner(sid: number, config: Partial<ServerConfig>): void {
    const forward = (message: Forwarded) => void this.forwarded.push({ from: learner, message })
    const replication = new LearnerReplication(forward)
    const learner: Learner = {
      sid: BigInt(sid),
      replication,
      bench: new Bench(config, () => replication, sid),
    }
    this.learners.push(learner)
  }

  private take(from: Learner, message: Forwarded): void {
    this.leader.core.replicate(() => {
      if (message.type === 'REQUEST') this.replication.request(from.sid, message)
      else if (message.type === 'SYNC')
        this.whenCommitted(() => from.bench.core.replicate(() => from.replication.synced()))
      else {
        const isAlive = this.replication.renew(from.sid, message.sessionId, message.timeout)
        from.bench.core.replicate(() => from.replication.revalidated(message.sessionId, isAlive))
      }
    })
  }

  private whenCommitted(answer: () => void): void {
    const behind = this.proposed.at(-1)
    if (behind === undefined) answer()
    else this.syncs.push({ behind, answer })
  }

  private flush(): void {
    for (const { core } of [this.leader, ...this.learners.map(({ bench }) => bench)]) core.flush()
  }
}
