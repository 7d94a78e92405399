/**
 * The ensemble with its elections message by message, as processes, channels and a world: what ensemble-network.ts takes as one step
 * is here what servers settle on, whoever that is. All else is ensemble-network.ts's own.
 */
import type { Packet } from '../broadcast/broadcast-types.js'
import { ownEvents, queued, stoppedLocal } from '../election/process-state.js'
import type { StepElection } from '../election/step-election.js'
import type { Notification, Server as Voter } from '../election/election-types.js'
import { serverOf } from '../election/vote.js'
import { formatNotification, formatServer } from '../election/format-election.js'
import { majority } from '../quorum/quorum.js'
import { composedInvariants } from './composed-invariants.js'
import {
  type ComposedEvent,
  type ComposedLocal,
  isCutOff,
  isNotified,
  type Message,
  type NotifiedEvent,
  notifications,
  type Parts,
  stepComposed,
} from './composed-server.js'
import { type EnsembleSetup, ensembleNetwork } from './ensemble-network.js'
import { type Machines, stepServer } from './ensemble-server.js'
import { formatPacket, formatWorld } from './format-ensemble.js'
import type { View, World, WorldStep } from './ensemble-world.js'
import { worldSteps } from './world-steps.js'

/** How it is made up: as the ensemble, and how far its elections go. */
export interface ComposedSetup extends Omit<EnsembleSetup, 'anyTie'> {
  /** The last round of an election that a server may begin. */
  readonly rounds: number
  /** Notifications that a channel holds. */
  readonly capacity: number
}

export interface ComposedView extends View {
  /** Whether it is in the last round that it may begin, or past it. */
  readonly isOutOfRounds: boolean
}

export function composedNetwork(machines: Machines, stepElection: StepElection, setup: ComposedSetup) {
  const broadcast = ensembleNetwork(machines, { ...setup, anyTie: false })
  const { ensemble } = broadcast
  const { participants, observers } = ensemble
  const voters: readonly Voter[] = [...participants, ...observers].map((sid) =>
    serverOf(sid, { quorums: [majority(participants)], observers }),
  )
  const partsOf = (process: number): Parts => ({
    voter: voters[process]!,
    stepElection,
    stepServer: (server, event) => broadcast.step(process, server, event),
    rounds: setup.rounds,
  })
  const parts = voters.map((_, process) => partsOf(process))

  return {
    name: 'composed',
    processes: broadcast.processes,
    lanes: 2,
    // ELECTION-75, ENSEMBLE-45: notifications wait for connections; they are told, and taken, over others than packets are.
    mail: {
      lane: notifications,
      queue: (waiting: readonly Message[], newest: Message): readonly Message[] =>
        queued(waiting as readonly Notification[], newest as Notification, setup.capacity),
    },
    refusalRule: broadcast.refusalRule,

    /** ENSEMBLE-40: every server is down. */
    initial() {
      const { locals, world } = broadcast.initial()
      const down = locals.map((server) => stepServer(machines, server, { type: 'CRASH' })!.server)
      return { locals: down.map((server): ComposedLocal => ({ election: stoppedLocal, server })), world }
    },

    events: (process: number, { election, server }: ComposedLocal): readonly ComposedEvent[] => [
      ...(ownEvents(election) as readonly ComposedEvent[]),
      ...broadcast.events(process, server),
    ],
    arrival(from: number, lane: number, message: Message): ComposedEvent {
      if (lane !== notifications) return broadcast.arrival(from, lane, message as Packet)
      return { type: 'NOTIFICATION', from: from + 1, ...(message as Notification) }
    },
    closed: broadcast.closed,
    step: (process: number, local: ComposedLocal, event: ComposedEvent) =>
      stepComposed(parts[process]!, local, event),

    isBusy: (process: number, { election, server }: ComposedLocal, lane: number): boolean =>
      lane === notifications ? election.value === 'stopped' : broadcast.isBusy(process, server),
    connections: (process: number, { server }: ComposedLocal) => broadcast.connections(process, server),
    view: (process: number, local: ComposedLocal): ComposedView => ({
      ...broadcast.view(process, local.server),
      isOutOfRounds: local.election.round >= setup.rounds || isCutOff(local),
    }),
    reaches: broadcast.reaches,
    worldSteps: (world: World, views: readonly ComposedView[]): readonly WorldStep[] =>
      worldSteps(world, views, ensemble),
    learn: broadcast.learn,
    invariants: composedInvariants(voters),

    goal: {
      rule: broadcast.goal.rule,
      name: broadcast.goal.name,
      holds: broadcast.goal.holds,
      // Who is refused in its last round has none left to look in.
      excuse: (_: World, views: readonly ComposedView[]): 'over' | null =>
        views.some((view) => view.isOutOfRounds) ? 'over' : null,
    },
    mayEnd: broadcast.mayEnd,

    tell(
      process: number,
      before: ComposedLocal,
      event: ComposedEvent,
      step: { readonly local: ComposedLocal; readonly rules: readonly string[] },
    ) {
      if (!isNotified(event)) return broadcast.tell(process, before.server, event, step)
      return { text: `server ${process + 1} ${tellNotified(event)}`, rules: step.rules, process }
    },
    tellMessage: (message: Message): string =>
      'round' in message ? formatNotification(message) : formatPacket(message),
    show: (process: number, { election, server }: ComposedLocal): string =>
      `${broadcast.show(process, server)}; election: ${formatServer(election)}`,
    showWorld: formatWorld,
  }
}

function tellNotified(event: NotifiedEvent): string {
  switch (event.type) {
    case 'SETTLE':
      return 'has waited long enough, and settles'
    case 'RESEND':
      return 'has heard nothing for a while, and tells all again'
    case 'NOTIFICATION':
      return `takes "${formatNotification(event)}" from server ${event.from}`
  }
}
