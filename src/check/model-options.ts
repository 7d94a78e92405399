/** What `zoospec check` can be asked for: the models, and the bounds of each. Data only, so that help is quick. */

/** A bound of a model: how much of something happens, or whether it may. */
export interface BoundOption {
  readonly default: number | boolean
  readonly about: string
  /** The least that makes sense. */
  readonly min?: number
}

export interface ModelOption {
  readonly name: string
  readonly about: string
  /** Ids of the machines it runs: a variant of one of them is checked by it. */
  readonly machines: readonly string[]
  readonly bounds: Readonly<Record<string, BoundOption>>
}

const servers: BoundOption = { default: 3, min: 1, about: 'servers' }
const crashes: BoundOption = { default: 1, about: 'crashes, each with or without a restart' }
const partitions: BoundOption = { default: 1, about: 'links that break' }
const epochs: BoundOption = { default: 2, min: 1, about: 'epochs' }
const transactions: BoundOption = { default: 2, about: 'client requests that write' }

export const modelOptions: readonly ModelOption[] = [
  {
    name: 'ensemble',
    about: 'election and broadcast together: servers, channels, crashes, restarts, partitions',
    machines: ['election', 'leader', 'follower'],
    bounds: { servers, transactions, crashes, partitions, epochs },
  },
  {
    name: 'election',
    about: 'fast leader election alone',
    machines: ['election'],
    bounds: { servers, crashes },
  },
  {
    name: 'broadcast',
    about: 'discovery, synchronization and broadcast, elections taken as one step',
    machines: ['leader', 'follower'],
    bounds: { servers, transactions, crashes, partitions, epochs },
  },
  {
    name: 'service',
    about: 'one abstract ZooKeeper with several sessions',
    machines: ['service', 'tree', 'acl', 'watcher'],
    bounds: {
      sessions: { default: 2, min: 1, about: 'client sessions' },
      requests: { default: 3, about: 'requests of all sessions together' },
    },
  },
  {
    name: 'session',
    about: 'the life of a session',
    machines: ['session'],
    bounds: { sessions: { default: 2, min: 1, about: 'client sessions' } },
  },
]

/** Every bound of some models, by name, as the first of them has it. */
export function boundsOf(models: readonly ModelOption[]): Readonly<Record<string, BoundOption>> {
  const all: Record<string, BoundOption> = {}
  for (const { bounds } of models)
    for (const [name, bound] of Object.entries(bounds)) if (!Object.hasOwn(all, name)) all[name] = bound
  return all
}
