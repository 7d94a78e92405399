/**
 * Fast leader election at one server (ELECTION-11 to ELECTION-64): notifications and time go in, notifications and the leader
 * that the server has settled on come out. It reads no clock and opens no socket.
 */
import { compile } from '../machine/compile.js'
import type { Notification, PeerState } from '../wire/peer/notification.js'
import { type ElectionContext, type ElectionEvent, electionMachine, type Heard } from './election-machine.js'
import { firstVote, type History, isMore, isSameVote, unknownZxid, type Vote } from './vote.js'

/** Who a server is, and who the others are. */
export interface ElectionOptions {
  readonly sid: bigint
  readonly isObserver: boolean
  readonly voters: ReadonlySet<bigint>
  /** Whether the ensemble has observers: they are told what was settled on before. */
  readonly hasObservers: boolean
  isQuorum(sids: ReadonlySet<bigint>): boolean
  /** Whether a voter has weight (ELECTION-14). */
  canLead(sid: bigint): boolean
  /** The ensemble's configuration as text, which goes with every notification. */
  readonly configText: string
}

/** What goes out. */
export interface ElectionHost {
  /** Tells another server; what waits to be told it is no longer of use (ELECTION-75). */
  send(to: bigint, notification: Omit<Notification, 'version'>): void
  /** Connects to the voters to which there is no connection (ELECTION-35). */
  connectAll(): void
  /** This server has settled on a leader, which may be itself. */
  decided(leader: bigint): void
  /** A turn is over, for whoever looks on; before `decided` is called. */
  readonly turned?: ((event: ElectionEvent, before: string) => void) | undefined
}

const machine = compile(electionMachine)
const counting = machine.stateOf('looking.counting')
const collecting = machine.stateOf('looking.collecting')
const settling = machine.stateOf('looking.settling')
const decided = machine.stateOf('looking.decided')

/** ELECTION-44: milliseconds. */
const wait = 200
/** ELECTION-35: milliseconds at first, and at most. */
const firstWhile = 200
const longestWhile = 60_000

type Notified = Extract<ElectionEvent, { readonly type: 'NOTIFICATION' }>

export class Election implements ElectionContext {
  /** The logical clock; 0 before the first round (ELECTION-16). */
  round = 0n
  /** While looking, the proposal; after that, what the server has settled on. */
  vote: Vote | undefined
  private at = machine.initial
  private own: History = { zxid: 0n, peerEpoch: 0n }
  /** What it settled on before this round (ELECTION-62). */
  private last: Vote | undefined
  /** Others' votes of this round, and what servers that lead or follow have said of whatever round; one for each. */
  private readonly received = new Map<bigint, Heard>()
  private readonly established = new Map<bigint, Heard>()
  private now = 0
  /** When the wait ends; when all are told again; how long that is away. */
  private settlesAt = 0
  private resendsAt = 0
  private while = firstWhile

  constructor(
    private readonly options: ElectionOptions,
    private readonly host: ElectionHost,
  ) {}

  /** The state's path, such as `looking.settling`. */
  get state(): string {
    return machine.stateName(this.at)
  }

  /** ELECTION-23, ELECTION-24: looks for a leader. @param now milliseconds of a clock that does not go back */
  look(history: History, now: number): void {
    this.now = now
    this.step({ type: 'LOOK', history })
  }

  /** A server has told something. */
  heard(from: bigint, notification: Notification, now: number): void {
    this.now = now
    const { state, leader, zxid, peerEpoch, round } = notification
    // ELECTION-62: what servers that are no voters say begins no wait anew.
    if (this.options.voters.has(from)) this.hearAnything()
    this.step({ type: 'NOTIFICATION', heard: { from, state, vote: { leader, zxid, peerEpoch }, round } })
  }

  /** ELECTION-58: the leader's epoch is established. */
  establish(peerEpoch: bigint): void {
    this.step({ type: 'ESTABLISHED', peerEpoch })
  }

  /** Time has passed. @param now milliseconds of a clock that does not go back */
  tick(now: number): void {
    this.now = now
    if (this.at === settling && now >= this.settlesAt) this.step({ type: 'SETTLE' })
    if (this.at !== collecting || now < this.resendsAt) return
    this.while = Math.min(2 * this.while, longestWhile)
    this.resendsAt = now + this.while
    this.host.connectAll()
    this.step({ type: 'RESEND' })
  }

  private step(event: ElectionEvent): void {
    const before = this.at
    this.at = machine.step(this.at, this, event)
    if (this.at === counting) this.at = machine.step(this.at, this, { type: 'COUNT' })
    const hasDecided = this.at === decided
    if (hasDecided) this.at = machine.step(this.at, this, { type: 'DECIDE' })
    this.host.turned?.(event, machine.stateName(before))
    if (hasDecided) this.host.decided(this.vote!.leader)
  }

  /** ELECTION-35: whoever has heard something tells nobody again for a while. */
  private hearAnything(): void {
    this.resendsAt = this.now + this.while
  }

  // --- what the machine asks ---

  /** ELECTION-62 */
  isFromNonVoter({ heard }: Notified): boolean {
    return !this.options.voters.has(heard.from)
  }

  /** ELECTION-36 */
  isFromLooking({ heard }: Notified): boolean {
    return heard.state === 'LOOKING'
  }

  /** ELECTION-33 */
  isLagging({ heard }: Notified): boolean {
    return heard.state === 'LOOKING' && heard.round < this.round
  }

  /** ELECTION-32 */
  isIgnored({ heard: { state, vote } }: Notified): boolean {
    if (state === 'OBSERVING' || !this.options.voters.has(vote.leader)) return true
    return state === 'LOOKING' && (this.own.zxid === unknownZxid || vote.zxid === unknownZxid)
  }

  /** ELECTION-34 */
  isOfLaterRound({ heard }: Notified): boolean {
    return heard.state === 'LOOKING' && heard.round > this.round
  }

  /** ELECTION-40 */
  isBetterProposal(event: Notified): boolean {
    return this.isFromLooking(event) && this.isBetterThanMine(event)
  }

  /** ELECTION-44: while this server waits, what isn't better says nothing new, of whatever round and state. */
  isNothingBetter(event: Notified): boolean {
    return !this.isFromNonVoter(event) && !this.isLagging(event) && !this.isBetterThanMine(event)
  }

  /** ELECTION-52 */
  isDecidedInRound({ heard }: Notified): boolean {
    if (!isOfOthers(heard.state) || heard.round !== this.round) return false
    const supporters = namesOf(this.received, heard, ({ state, vote }) =>
      state === 'LOOKING' ? isSameVote(vote, heard.vote) : vote.leader === heard.vote.leader,
    )
    if (!this.options.isObserver && isSameVote(this.vote!, heard.vote)) supporters.add(this.options.sid)
    return this.options.isQuorum(supporters) && this.leads(this.received, heard)
  }

  /** ELECTION-54 */
  isDecidedOutside({ heard }: Notified): boolean {
    if (!isOfOthers(heard.state)) return false
    const { leader, peerEpoch } = heard.vote
    const supporters = namesOf(
      this.established,
      heard,
      ({ vote }) => vote.leader === leader && vote.peerEpoch === peerEpoch,
    )
    return this.options.isQuorum(supporters) && this.leads(this.established, heard)
  }

  /** ELECTION-42, ELECTION-43; a server that may have lost what it had counts nobody (ELECTION-22). */
  hasQuorum(): boolean {
    if (this.own.zxid === unknownZxid) return false
    const supporters = new Set<bigint>()
    for (const [sid, { vote }] of this.received) if (isSameVote(vote, this.vote!)) supporters.add(sid)
    if (!this.options.isObserver) supporters.add(this.options.sid)
    return this.options.isQuorum(supporters)
  }

  /** ELECTION-47 */
  isMyself(): boolean {
    return this.vote!.leader === this.options.sid
  }

  /** ELECTION-47 */
  isVoter(): boolean {
    return !this.options.isObserver
  }

  // --- what it does ---

  /** ELECTION-23 */
  beginRound({ history }: { readonly history: History }): void {
    const first = this.first(history)
    this.last = this.options.hasObservers ? (this.vote ?? first) : undefined
    this.round++
    this.own = history
    this.vote = first
    this.received.clear()
    this.established.clear()
    this.while = firstWhile
    this.hearAnything()
    this.tellAll()
  }

  /** ELECTION-31 */
  tellAll(): void {
    for (const sid of this.options.voters)
      if (sid !== this.options.sid) this.host.send(sid, this.notification('LOOKING', this.vote!))
  }

  /** ELECTION-40 */
  adopt(event: Notified): void {
    this.record(event)
    this.vote = event.heard.vote
    this.tellAll()
  }

  /** ELECTION-41 */
  record({ heard }: Notified): void {
    this.received.set(heard.from, heard)
  }

  /** ELECTION-34: what was heard is of an earlier round; the better of the notification's vote and one's own first. */
  joinRound({ heard }: Notified): void {
    const first = this.first(this.own)
    this.round = heard.round
    this.vote = this.isBetter(heard.vote, first) ? heard.vote : first
    this.received.clear()
    this.received.set(heard.from, heard)
    this.while = firstWhile
    this.hearAnything()
    this.tellAll()
  }

  /** ELECTION-33 */
  answerLagging({ heard }: Notified): void {
    this.host.send(heard.from, this.notification('LOOKING', this.vote!))
  }

  /** ELECTION-36 */
  answer({ heard }: Notified): void {
    const state = this.isMyself() ? 'LEADING' : this.isVoter() ? 'FOLLOWING' : 'OBSERVING'
    this.host.send(heard.from, this.notification(state, this.vote!))
  }

  /** ELECTION-62: while this server looks, it tells an observer what it had settled on before this round. */
  answerNonVoter({ heard }: Notified): void {
    this.host.send(heard.from, this.notification('LOOKING', this.last ?? this.first(this.own)))
  }

  /** ELECTION-51, ELECTION-55 */
  remember(event: Notified): void {
    const { heard } = event
    this.established.set(heard.from, heard)
    if (heard.round === this.round) this.record(event)
  }

  /** ELECTION-44 */
  waitAnew(): void {
    this.settlesAt = this.now + wait
  }

  /** ELECTION-46 */
  settle(): void {
    this.lookNoMore()
  }

  /** ELECTION-52, ELECTION-56 */
  followRound({ heard }: Notified): void {
    this.vote = heard.vote
    this.lookNoMore()
  }

  /** ELECTION-54, ELECTION-56 */
  followEstablished({ heard }: Notified): void {
    this.vote = heard.vote
    this.round = heard.round
    this.lookNoMore()
  }

  /** ELECTION-58 */
  updateEpoch({ peerEpoch }: { readonly peerEpoch: bigint }): void {
    this.vote = { ...this.vote!, peerEpoch }
  }

  private lookNoMore(): void {
    this.last = undefined
    this.received.clear()
    this.established.clear()
  }

  private first(history: History): Vote {
    return firstVote(this.options.sid, this.options.isObserver, history)
  }

  private isBetterThanMine({ heard }: Notified): boolean {
    return this.isBetter(heard.vote, this.vote!)
  }

  /** ELECTION-13, ELECTION-14 */
  private isBetter(vote: Vote, than: Vote): boolean {
    return isMore(vote, than) && this.options.canLead(vote.leader)
  }

  /** ELECTION-53: whether a claim's leader has said that it leads; this server leads if the claim is of its own round. */
  private leads(heardBefore: ReadonlyMap<bigint, Heard>, claim: Heard): boolean {
    const { leader } = claim.vote
    if (leader === this.options.sid) return claim.round === this.round
    const last = claim.from === leader ? claim : heardBefore.get(leader)
    return last?.state === 'LEADING'
  }

  private notification(state: PeerState, vote: Vote): Omit<Notification, 'version'> {
    return { state, ...vote, round: this.round, config: this.options.configText }
  }
}

/** ELECTION-50 */
function isOfOthers(state: PeerState): boolean {
  return state === 'FOLLOWING' || state === 'LEADING'
}

/** Who has said something that counts, the last claim in place of what its sender said before. */
function namesOf(
  heardBefore: ReadonlyMap<bigint, Heard>,
  claim: Heard,
  counts: (heard: Heard) => boolean,
): Set<bigint> {
  const names = new Set<bigint>()
  for (const [sid, heard] of heardBefore) if (sid !== claim.from && counts(heard)) names.add(sid)
  if (counts(claim)) names.add(claim.from)
  return names
}
