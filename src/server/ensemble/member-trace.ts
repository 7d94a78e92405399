/**
 * Tells a tracer of every turn of a member's election, learner and leader: what came in, what was sent, and the state after it;
 * `src/conform` validates it on the spec's machines. Exists only while somebody listens.
 */
import type { LearnerEvent } from '../../broadcast/learner-context.js'
import type { LeaderEvent } from '../../broadcast/leader-context.js'
import type { ElectionEvent } from '../../election/election-machine.js'
import type { Vote } from '../../election/vote.js'
import type { Tracer, TraceEvent } from '../../trace/trace-event.js'
import type { Notification } from '../../wire/peer/notification.js'
import type { LearnerMessage } from '../../wire/peer/quorum-message.js'
import type { EnsembleConfig } from '../config/ensemble-config.js'

type Input = TraceEvent['input']
type Plain = Readonly<Record<string, unknown>>

/** What a learner has when its role begins. */
export interface LearnerStart {
  readonly acceptedEpoch: number
  readonly currentEpoch: number
  readonly lastZxid: bigint
  readonly startsOver: boolean
  readonly isObserver: boolean
}

export class MemberTrace {
  /** What the turn in progress has sent, by subsystem. */
  private readonly sent = { election: [] as Plain[], learner: [] as Plain[] }

  constructor(
    private readonly tracer: Tracer,
    private readonly now: () => number,
    private readonly sid: bigint,
  ) {}

  // Election

  ensemble({ members, groups, weights }: EnsembleConfig): void {
    const sidsOf = (role: string) => [...members].flatMap(([sid, each]) => (each.role === role ? [sid] : []))
    this.tell('election', {
      type: 'ENSEMBLE',
      member: Number(this.sid),
      voters: sidsOf('participant').map(Number),
      observers: sidsOf('observer').map(Number),
      groups: [...groups.values()].map((group) =>
        group.map((sid) => ({ sid: Number(sid), weight: Number(weights.get(sid) ?? 1n) })),
      ),
    })
  }

  notified(to: bigint, { state, round, ...vote }: Omit<Notification, 'version'>): void {
    this.sent.election.push({ to: Number(to), ...claimOf(state, vote, round) })
  }

  electionTurn(event: ElectionEvent, before: string, after: string, vote: Vote, round: bigint): void {
    const vars = { vote: voteOf(vote), round: Number(round), sent: this.sent.election.splice(0) }
    this.tell('election', electionInput(event, before), { before, after, vars })
  }

  // Broadcast

  /** A role begins: what the server has. */
  learnerBegins(start: LearnerStart): void {
    this.sent.learner.length = 0
    const { lastZxid: zxid, ...rest } = start
    this.tell('learner', { type: 'BEGIN', member: Number(this.sid), zxid, ...rest })
  }

  learnerSent(message: LearnerMessage): void {
    this.sent.learner.push(packetOf(message))
  }

  learnerTurn(event: LearnerEvent, before: string, after: string): void {
    const vars = { sent: this.sent.learner.splice(0) }
    this.tell('learner', learnerInput(event), { before, after, vars })
  }

  leaderTurn(event: LeaderEvent, before: string, after: string): void {
    this.tell('leader', { type: event.type }, { before, after })
  }

  private tell(
    subsystem: 'election' | 'learner' | 'leader',
    input: Input,
    turn: Pick<TraceEvent, 'before' | 'after' | 'vars'> = {},
  ): void {
    this.tracer({ time: this.now(), subsystem, instance: String(this.sid), input, ...turn })
  }
}

const voteOf = ({ leader, zxid, peerEpoch }: Vote): Plain => ({
  leader: Number(leader),
  zxid,
  peerEpoch: Number(peerEpoch),
})

const claimOf = (state: string, vote: Vote, round: bigint): Plain => ({
  state: state.toLowerCase(),
  vote: voteOf(vote),
  round: Number(round),
})

/** In the spec a server's first LOOK is its START. */
function electionInput(event: ElectionEvent, before: string): Input {
  switch (event.type) {
    case 'LOOK': {
      const { zxid, peerEpoch } = event.history
      return {
        type: before === 'stopped' ? 'START' : 'LOOK',
        history: { zxid, peerEpoch: Number(peerEpoch) },
      }
    }
    case 'NOTIFICATION': {
      const { from, state, vote, round } = event.heard
      return { type: 'NOTIFICATION', from: Number(from), ...claimOf(state, vote, round) }
    }
    case 'ESTABLISHED':
      return { type: 'ESTABLISHED', peerEpoch: Number(event.peerEpoch) }
    default:
      return { type: event.type }
  }
}

function learnerInput(event: LearnerEvent): Input {
  switch (event.type) {
    case 'PROPOSAL':
    case 'INFORM':
      return { type: event.type, zxid: event.transaction.header.zxid }
    case 'FORWARD':
      return { type: 'FORWARD', request: packetOf(event.request) }
    case 'TRUNCATED':
      return { type: 'TRUNCATED', ...(event.result.isCut ? { zxid: event.result.lastZxid } : {}) }
    case 'LEADERINFO':
    case 'NEWLEADER':
      return { type: event.type, epoch: event.epoch }
    case 'DIFF':
    case 'TRUNC':
    case 'SNAP':
    case 'COMMIT':
    case 'LOGGED':
      return { type: event.type, zxid: event.zxid }
    default:
      return { type: event.type }
  }
}

/** A message to the leader as the spec's packet. A request's number is the client's. */
function packetOf(message: LearnerMessage): Plain & { readonly type: string } {
  switch (message.type) {
    case 'FOLLOWERINFO':
    case 'OBSERVERINFO':
      return { type: message.type, acceptedEpoch: message.acceptedEpoch }
    case 'ACKEPOCH':
      return { type: 'ACKEPOCH', currentEpoch: message.currentEpoch, zxid: message.lastZxid }
    case 'ACK':
      return { type: 'ACK', zxid: message.zxid }
    case 'REQUEST':
      return { type: 'REQUEST', request: message.cxid }
    default:
      return { type: message.type }
  }
}
