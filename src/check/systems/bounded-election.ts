/** The spec's election within bounds: how many rounds, crashes, lapses and epochs there may be. */
import type { ElectionWorld } from '../../../spec/election/election-world.js'
import {
  electionNetwork,
  type ElectionNetwork,
  type ElectionSetup,
  type ElectionView,
  type ElectionWorldStep,
} from '../../../spec/election/election-network.js'
import type { StepElection } from '../../../spec/election/step-election.js'
import { type Budgeted, withinBudget } from './budget.js'

/** How large the whole may get: everything that is finite here makes the number of states finite. */
export interface ElectionBounds extends ElectionSetup {
  /** The last round that a server may begin. */
  readonly rounds: number
  readonly crashes: number
  /** How often a server may lose touch with a leader that leads. */
  readonly lapses: number
  /** How many leaders may be established. */
  readonly epochs: number
}

/** What may happen a number of times. */
type Cost = 'crashes' | 'lapses' | 'epochs'

export type BoundedElectionWorld = Budgeted<ElectionWorld, Cost>

const costs: Partial<Record<ElectionWorldStep['action']['type'], Cost>> = {
  crash: 'crashes',
  lapse: 'lapses',
  establish: 'epochs',
}

/** The network, and whether bounds keep a server from looking again. */
export function boundedElection(bounds: ElectionBounds, step?: StepElection) {
  const { rounds, crashes, lapses, epochs } = bounds
  const network: ElectionNetwork = electionNetwork(bounds, step)
  /** A server in its last round looks no more. */
  const mayBegin = ({ action }: ElectionWorldStep, views: readonly ElectionView[]): boolean =>
    (action.type !== 'look' && action.type !== 'lapse') || views[action.process]!.round < rounds
  const withinRounds = {
    ...network,
    worldSteps: (world: ElectionWorld, views: readonly ElectionView[]) =>
      network.worldSteps(world, views).filter((each) => mayBegin(each, views)),
  }
  return {
    ...network,
    ...withinBudget(withinRounds, { crashes, lapses, epochs }, ({ action }) => costs[action.type] ?? null),
    /** Whether a server would look again and has no rounds left: what the bounds cut off, not what the protocol does. */
    isCutOff: (views: readonly ElectionView[]): boolean =>
      views.some(({ round }, process) => round >= rounds && network.hasCause(process, views)),
  }
}

export type BoundedElection = ReturnType<typeof boundedElection>
