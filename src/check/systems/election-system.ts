/** The election as the checker takes it: the spec's network of election machines, stepped by the compiled machine. */
import {
  knownInvariants,
  pairInvariants,
  serverInvariants,
  stepRules,
  wholeInvariants,
} from '../../../spec/election/election-invariants.js'
import { type ElectionMachine, electionMachine } from '../../../spec/election/election-machine.js'
import type { ElectionLocal } from '../../../spec/election/process-state.js'
import type { ElectionWorld } from '../../../spec/election/election-world.js'
import type { ElectionNote, ElectionView } from '../../../spec/election/election-network.js'
import type { ElectionEvent, Notification } from '../../../spec/election/election-types.js'
import { formatNotification, formatServer } from '../../../spec/election/format-election.js'
import type { ToldMessage } from '../model/model.js'
import type { Network, Step } from '../model/network.js'
import { type BoundedElectionWorld, boundedElection, type ElectionBounds } from './bounded-election.js'
import { compiledElection } from './compiled-election.js'

export type ElectionSystem = Network<
  ElectionLocal,
  ElectionEvent,
  Notification,
  BoundedElectionWorld,
  ElectionNote,
  ElectionView
>

/**
 * The network within some bounds; of a variant of the machine, if one is given. Notifications travel in the world, since
 * newer ones take the place of older ones there, and not in the checker's channels: one lane, and nothing on it.
 */
export function electionSystem(
  bounds: ElectionBounds,
  machine: ElectionMachine = electionMachine,
): ElectionSystem {
  const network = boundedElection(bounds, compiledElection(machine))
  const { servers } = network
  const processOf = (sid: number): number => servers.findIndex((server) => server.sid === sid)
  return {
    name: 'election',
    processes: servers.map(({ sid, isVoter }) => `${isVoter ? 'server' : 'observer'} ${sid}`),
    lanes: 1,
    initial: () => network.initial(),
    events: (process, local) => network.events(process, local),
    arrival: (from, _, notification) => ({
      type: 'NOTIFICATION',
      from: servers[from]?.sid ?? from,
      ...notification,
    }),
    closed: () => {
      throw new Error('an election has no connections that end')
    },
    step: (process, local, event) => network.step(process, local, event),
    connections: () => [],
    view: (process, local) => network.view(process, local),
    reaches: () => true,
    worldSteps: (world, views) => network.worldSteps(world, views),
    learn: (world, process, note) => network.learn(world, process, note),
    invariants: {
      world: Object.entries(stepRules).map(([rule, name]) => ({
        rule,
        name,
        broken: ({ broken }: ElectionWorld) => (broken?.rule === rule ? broken.found : null),
      })),
      each: serverInvariants.map(({ rule, name, broken }) => ({
        rule,
        name,
        broken: ({ process, local }) => broken(servers[process]!, local),
      })),
      pair: pairInvariants.map(({ rule, name, broken }) => ({
        rule,
        name,
        broken: ({ first, second }) => broken(first, second),
      })),
      known: knownInvariants.map(({ rule, name, broken }) => ({
        rule,
        name,
        broken: ({ process, local, world }) => broken(servers[process]!, local, world, processOf),
      })),
      all: wholeInvariants.map(({ rule, name, broken }) => ({
        rule,
        name,
        broken: ({ locals }) => broken(servers, locals),
      })),
    },
    goal: {
      rule: 'ELECTION-87',
      name: 'one server leads, and all others follow or observe it',
      holds: (world, views) => network.isSettled(world, views) || network.isCutOff(views),
    },
    mayEnd: () => true,
    tell(process, _, event, step) {
      const { rules, local } = step
      const text = `server ${servers[process]?.sid}: ${event.type.toLowerCase()}, then ${formatServer(local)}`
      return { text, rules, process, messages: messagesOf(process, event, step, processOf) }
    },
    tellMessage: formatNotification,
    show: (_, local) => formatServer(local),
    showWorld: ({ channels }) =>
      channels
        .flatMap((row, from) =>
          row.flatMap((waiting, to) =>
            waiting.map(
              (each) => `${servers[from]?.sid} to ${servers[to]?.sid}: ${formatNotification(each)}`,
            ),
          ),
        )
        .join('; '),
  }
}

function messagesOf(
  process: number,
  event: ElectionEvent,
  { notes }: Step<ElectionLocal, Notification, ElectionNote>,
  processOf: (sid: number) => number,
): ToldMessage[] {
  const taken: ToldMessage[] =
    event.type === 'NOTIFICATION'
      ? [{ from: processOf(event.from), to: process, text: formatNotification(event), as: 'taken' }]
      : []
  const sent = notes.flatMap((note) => (note.type === 'sends' ? note.sends : []))
  return [
    ...taken,
    ...sent.map(({ to, notification }): ToldMessage => {
      return { from: process, to: processOf(to), text: formatNotification(notification), as: 'sent' }
    }),
  ]
}
