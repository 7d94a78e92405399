/** A member's part in elections: the election's core, its connections, and the time between them. */
import { Election } from '../../election/election.js'
import { ElectionConnections } from '../../election/election-connections.js'
import type { ElectionEvent } from '../../election/election-machine.js'
import { Repeated } from '../../election/repeated.js'
import type { Cancel, Clock } from '../../platform/clock.js'
import type { Logger } from '../../platform/logger.js'
import type { PeerAddress, PeerNetwork } from '../../platform/peer-network.js'
import { configText, type EnsembleConfig, verifierOf } from '../config/ensemble-config.js'
import type { ElectionService } from './ensemble-server.js'
import type { MemberTrace } from './member-trace.js'

export interface ElectionServiceOptions {
  readonly sid: bigint
  readonly ensemble: EnsembleConfig
  readonly network: PeerNetwork
  readonly clock: Clock
  readonly logger: Logger
  /** Absent where nobody looks on. */
  readonly trace?: MemberTrace | undefined
}

/** Milliseconds between two looks at the clock. */
const tick = 20
/** Milliseconds that a connection to another server may take. */
const connectTimeout = 5000

/** Opens the election port. Rejects when it can't be had. `decided` is told the leader's sid. */
export async function openElection(
  options: ElectionServiceOptions,
  decided: (leader: bigint) => void,
): Promise<ElectionService> {
  const service = new MemberElection(options, decided)
  await service.open()
  return service
}

class MemberElection implements ElectionService {
  private readonly election: Election
  private readonly connections: ElectionConnections
  private readonly own: readonly PeerAddress[]
  private cancel: Cancel | undefined
  private readonly repeated = new Repeated()

  constructor(
    private readonly options: ElectionServiceOptions,
    decided: (leader: bigint) => void,
  ) {
    const { sid, ensemble, network, logger, trace } = options
    trace?.ensemble(ensemble)
    const { members } = ensemble
    const verifier = verifierOf(ensemble)
    const own = members.get(sid)!.election
    this.own = own
    this.connections = new ElectionConnections({
      sid,
      addresses: own,
      peers: new Map([...members].flatMap(([of, { election }]) => (of === sid ? [] : [[of, election]]))),
      network,
      connectTimeout,
      logger,
      heard: (from, notification) => this.election.heard(from, notification, this.now()),
    })
    this.election = new Election(
      {
        sid,
        isObserver: !verifier.isVoter(sid),
        voters: verifier.voters,
        hasObservers: [...members.values()].some(({ role }) => role === 'observer'),
        isQuorum: (sids) => verifier.isQuorum(sids),
        canLead: (leader) => verifier.weightOf(leader) > 0n,
        configText: configText(ensemble),
      },
      {
        send: (to, notification) => {
          this.options.trace?.notified(to, notification)
          if (!this.repeated.is(to, notification, this.now())) this.connections.send(to, notification)
        },
        connectAll: () => this.connections.connectAll(),
        decided,
        turned: trace && ((event, before) => this.tell(trace, event, before)),
      },
    )
  }

  async open(): Promise<void> {
    await this.connections.listen(this.own)
    this.cancel = this.options.clock.every(tick, () => this.election.tick(this.now()))
  }

  look({ zxid, epoch }: { readonly zxid: bigint; readonly epoch: number }): void {
    this.election.look({ zxid, peerEpoch: BigInt(epoch) }, this.now())
  }

  established(epoch: number): void {
    this.election.establish(BigInt(epoch))
  }

  close(): Promise<void> {
    this.cancel?.()
    return this.connections.close()
  }

  private tell(trace: MemberTrace, event: ElectionEvent, before: string): void {
    const { state, vote, round } = this.election
    if (vote !== undefined) trace.electionTurn(event, before, state, vote, round)
  }

  private now(): number {
    return this.options.clock.elapsed()
  }
}
