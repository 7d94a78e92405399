/**
 * Several servers in an election, and what is under way between them: a composition of n machines as plain functions, in
 * the shape in which the checker takes a network of processes. The channels are part of the world, because they forget:
 *
 * A server keeps at most one notification that waits to be sent to a peer, and a new one takes its place (ELECTION-75); what
 * has been sent arrives in order. So a channel holds up to `capacity` notifications, and when it is full the newest takes
 * the place of the one before it. With capacity 1 nothing is ever sent before its receiver takes it; each more is one that
 * is on the wire. A crash loses neither what a server has sent nor what waits for it: connections are made again, and
 * what waits is sent then. With `repeats` the last one is even sent twice (ELECTION-76).
 *
 * Time isn't here: a wait may end, and a server may lose patience, at any moment. That the wait ends only when nothing better
 * is under way is likely, not certain, so it isn't assumed (ELECTION-48).
 */
import { isQuorumOfAll, type Sid } from '../quorum/quorum.js'
import type { BrokenByStep, ElectionWorld } from './election-world.js'
import { brokenByStep } from './election-invariants.js'
import { type ElectionLocal, isLooking, ownEvents, queued, stepLocal, stoppedLocal } from './process-state.js'
import { formatAction, type ElectionWorldAction } from './format-election-step.js'
import { stepElection, type StepElection } from './step-election.js'
import type { ElectionEvent, Ensemble, History, Send, Server, Vote } from './election-types.js'
import { serverOf } from './vote.js'

/** How an election is made up, and what it begins with. */
export interface ElectionSetup {
  readonly ensemble: Ensemble
  /** What each server has, by sid ascending, observers included. */
  readonly histories: readonly History[]
  /** How many notifications a channel holds; at least 1. */
  readonly capacity: number
  /** Whether a server that starts is sent again what was last sent to it. */
  readonly repeats: boolean
}

/** What the world learns of a step. */
export type ElectionNote =
  { readonly type: 'sends'; readonly sends: readonly Send[] } | ({ readonly type: 'broken' } & BrokenByStep)

/** What the world sees of a server. */
export interface ElectionView {
  readonly value: string
  readonly round: number
  readonly vote: Vote | null
}

/** A step of one server. */
export interface ElectionNetworkStep {
  readonly local: ElectionLocal
  readonly sends: readonly never[]
  readonly closes: readonly number[]
  readonly notes: readonly ElectionNote[]
  readonly rules: readonly string[]
}

/** A step of the world. */
export interface ElectionWorldStep {
  readonly action: ElectionWorldAction
  readonly world: ElectionWorld
  readonly events: readonly { readonly process: number; readonly event: ElectionEvent }[]
  readonly crashed: readonly number[]
  readonly cut: readonly (readonly [number, number])[]
  readonly isFault: boolean
  readonly text: string
  readonly rules: readonly string[]
}

export interface ElectionNetwork {
  /** By process: the servers by sid ascending, observers among them. */
  readonly servers: readonly Server[]
  initial(): { readonly locals: readonly ElectionLocal[]; readonly world: ElectionWorld }
  events(process: number, local: ElectionLocal): readonly ElectionEvent[]
  step(process: number, local: ElectionLocal, event: ElectionEvent): ElectionNetworkStep | null
  view(process: number, local: ElectionLocal): ElectionView
  worldSteps(world: ElectionWorld, views: readonly ElectionView[]): readonly ElectionWorldStep[]
  learn(world: ElectionWorld, process: number, note: ElectionNote): ElectionWorld
  /** ELECTION-87: one leads, and all others follow or observe it. */
  isSettled(world: ElectionWorld, views: readonly ElectionView[]): boolean
  /** Whether a server has a cause to look again: what it has settled on doesn't stand (ELECTION-24). */
  hasCause(process: number, views: readonly ElectionView[]): boolean
}

/** The network; `step` runs a server's machine, xstate's own unless another one is given. */
export function electionNetwork(setup: ElectionSetup, step: StepElection = stepElection): ElectionNetwork {
  const { ensemble, histories, capacity, repeats } = setup
  const voters = serverOf(0, ensemble).voters
  const sids = [...voters, ...ensemble.observers].sort((a, b) => a - b)
  const servers = sids.map((sid) => serverOf(sid, ensemble))
  const processOf = new Map(sids.map((sid, process) => [sid, process]))
  const everyPair = <Value>(value: Value) => sids.map(() => sids.map(() => value))

  const isUp = ({ value }: ElectionView): boolean => value !== 'stopped'
  const leads = (view: ElectionView): boolean => view.value === 'leading'
  const followersOf = (leader: Sid, views: readonly ElectionView[]): readonly Sid[] =>
    sids.filter((_, process) => {
      const { value, vote } = views[process]!
      return (value === 'following' || value === 'leading') && vote?.leader === leader
    })
  const isFollowed = (leader: Sid, views: readonly ElectionView[]): boolean =>
    leads(views[processOf.get(leader)!]!) && isQuorumOfAll(ensemble.quorums, followersOf(leader, views))

  const isFollowedByAll = (leader: Sid, views: readonly ElectionView[]): boolean =>
    views.every((view) => isUp(view) && !isLooking(view) && view.vote?.leader === leader)

  /** Whether what a server has settled on doesn't stand: its leader doesn't lead, or itself leads without a quorum (ELECTION-24). */
  function hasCause(process: number, views: readonly ElectionView[]): boolean {
    const { value, vote } = views[process]!
    if (value === 'stopped' || isLooking({ value }) || vote === null) return false
    if (value === 'leading') return !isFollowed(vote.leader, views)
    const leader = processOf.get(vote.leader)
    return leader === undefined || !leads(views[leader]!)
  }

  function look(process: number, world: ElectionWorld): ElectionWorldStep['events'] {
    return [{ process, event: { type: 'LOOK', history: world.histories[process]! } }]
  }

  function started(process: number, world: ElectionWorld): ElectionWorld {
    if (!repeats) return world
    const channels = world.channels.map((row, from) => {
      const last = world.sent[from]![process]!
      return last === null || row[process]!.length > 0 ? row : row.with(process, [last])
    })
    return { ...world, channels }
  }

  function stepsOf(
    process: number,
    world: ElectionWorld,
    views: readonly ElectionView[],
  ): ElectionWorldStep[] {
    const steps: ElectionWorldStep[] = []
    const add = (
      action: ElectionWorldAction,
      after: ElectionWorld,
      events: ElectionWorldStep['events'],
      rule: string,
      isFault = false,
    ) => {
      const text = formatAction(action, sids)
      steps.push({ action, world: after, events, crashed: [], cut: [], isFault, text, rules: [rule] })
    }
    const view = views[process]!
    if (!isUp(view)) {
      const history = world.histories[process]!
      const events = [{ process, event: { type: 'START' as const, history } }]
      add({ type: 'start', process }, started(process, world), events, 'ELECTION-23')
      return steps
    }
    world.channels.forEach((row, from) => {
      const [notification, ...rest] = row[process]!
      if (notification === undefined) return
      const channels = world.channels.with(from, row.with(process, rest))
      const event = { type: 'NOTIFICATION' as const, from: sids[from]!, ...notification }
      add({ type: 'deliver', from, process }, { ...world, channels }, [{ process, event }], 'ELECTION-75')
    })
    add({ type: 'crash', process }, world, [{ process, event: { type: 'CRASH' } }], 'ELECTION-25', true)
    if (!isLooking(view)) {
      const type = hasCause(process, views) ? 'look' : 'lapse'
      add({ type, process }, world, look(process, world), 'ELECTION-24', type === 'lapse')
    }
    if (leads(view) && isFollowed(sids[process]!, views)) {
      const { after, events } = established(process, world, views)
      add({ type: 'establish', process }, after, events, 'ELECTION-58')
    }
    return steps
  }

  /** The broadcast in one step: leader and followers have the next epoch. */
  function established(process: number, world: ElectionWorld, views: readonly ElectionView[]) {
    const members = followersOf(sids[process]!, views).map((sid) => processOf.get(sid)!)
    const peerEpoch = Math.max(...world.histories.map((history) => history.peerEpoch)) + 1
    const after: ElectionWorld = {
      ...world,
      established: world.established + 1,
      histories: world.histories.map((history, at) =>
        members.includes(at) ? { zxid: world.histories[process]!.zxid, peerEpoch } : history,
      ),
    }
    const events = members.map((at) => ({ process: at, event: { type: 'ESTABLISHED' as const, peerEpoch } }))
    return { after, events }
  }

  return {
    servers,
    initial: () => ({
      locals: servers.map(() => stoppedLocal),
      world: {
        established: 0,
        histories,
        channels: everyPair([]),
        sent: repeats ? everyPair(null) : [],
        broken: null,
      },
    }),
    events: (_, local) => ownEvents(local),
    step(process, local, event) {
      const server = servers[process]!
      const taken = stepLocal(step, server, local, event)
      if (taken === null) return event.type === 'NOTIFICATION' ? refused(local, event) : null
      const { sends, rules } = taken
      const broken = brokenByStep(server, local, event, taken.local, rules)
      const notes: ElectionNote[] = sends.length === 0 ? [] : [{ type: 'sends', sends }]
      if (broken !== null) notes.push({ type: 'broken', ...broken })
      return { local: taken.local, sends: [], closes: [], notes, rules }
    },
    view: (_, { value, round, vote }) => ({ value, round, vote }),
    worldSteps: (world, views) => sids.flatMap((_, process) => stepsOf(process, world, views)),
    learn(world, process, note) {
      if (note.type === 'broken')
        return { ...world, broken: world.broken ?? { rule: note.rule, found: note.found } }
      let row = world.channels[process]!
      let sent = world.sent[process]
      for (const { to, notification } of note.sends) {
        const at = processOf.get(to)
        if (at === undefined) continue
        row = row.with(at, queued(row[at]!, notification, capacity))
        sent = sent?.with(at, notification)
      }
      return {
        ...world,
        channels: world.channels.with(process, row),
        sent: sent === undefined ? [] : world.sent.with(process, sent),
      }
    },
    isSettled: (_, views) =>
      sids.some((sid, at) => leads(views[at]!) && isFollowed(sid, views) && isFollowedByAll(sid, views)),
    hasCause,
  }
}

/** ELECTION-88 */
function refused(
  local: ElectionLocal,
  { from }: Extract<ElectionEvent, { type: 'NOTIFICATION' }>,
): ElectionNetworkStep {
  const rule = 'ELECTION-88'
  const found = `nothing says what a server that is ${local.value} does with a notification of server ${from}`
  return { local, sends: [], closes: [], notes: [{ type: 'broken', rule, found }], rules: [rule] }
}
