/**
 * Watches for the checker: a machine for each connection and path, and the model's tables beside them, by everything that
 * can happen to them. What they disagree about is broken, and so is what the invariants of spec/watcher say.
 */
import { initialTransition, transition, type SnapshotFrom } from 'xstate'
import { varied, type Variant } from '../../../spec/variants/variant.js'
import { EventType, KeeperState } from '../../../spec/vocabulary/index.js'
import { firingInvariants, watcherInvariants } from '../../../spec/watcher/watcher-invariants.js'
import { watcherMachine, type WatcherEvents } from '../../../spec/watcher/watcher-machine.js'
import type { Fired, Mode, Watches } from '../../../spec/watcher/watcher-model.js'
import { canonical } from '../values/canonical.js'
import type { Model } from '../model/model.js'
import { brokenOf, statement, type Broken, type Statement } from './statements.js'
import {
  byModel,
  changes,
  deeds,
  eventFor,
  eventKey,
  nameOf,
  paths,
  formatAction,
} from './watcher/watcher-steps.js'
import type { WatcherAction } from './watcher/watcher-steps.js'

export type { WatcherAction } from './watcher/watcher-steps.js'

export interface WatcherBounds {
  readonly connections: number
  /** Paths, each below the one before. */
  readonly paths: number
  /** Watches that are set at a time, one in both tables counted twice. */
  readonly watches: number
}
export const defaultWatcherBounds: WatcherBounds = { connections: 2, paths: 2, watches: 3 }

/** The watches of one connection on one path, by the machine: `none`, or a mode, in either table. */
export interface PlainWatch {
  readonly data: 'none' | Mode
  readonly child: 'none' | Mode
}

/** By connection, then by path; connections are sorted, because nothing tells them apart. */
export interface WatcherState {
  readonly watches: readonly (readonly PlainWatch[])[]
  readonly broken: readonly Broken[]
}

const told: Readonly<Record<string, EventType>> = {
  tellCreated: EventType.NodeCreated,
  tellDataChanged: EventType.NodeDataChanged,
  tellDeleted: EventType.NodeDeleted,
  tellChildrenChanged: EventType.NodeChildrenChanged,
}

const nothing: PlainWatch = { data: 'none', child: 'none' }
const sameWatches = statement('WATCHER-12', 'machine and model keep the same watches')
const sameTold = statement('WATCHER-35', 'machine and model tell the same')
const statements: readonly Statement[] = [
  sameWatches,
  sameTold,
  ...watcherInvariants.map(({ rule, name }) => statement(rule, name)),
  ...firingInvariants.map(({ rule, name }) => statement(rule, name)),
]

/** What the machine makes of an event in a state. */
interface Heard {
  readonly watch: PlainWatch
  readonly tells: readonly EventType[]
  readonly rules: readonly string[]
}

/** Watches within bounds, their machine as it is or as a variant has it. */
export function watcher(
  bounds: Partial<WatcherBounds> = {},
  variant?: Variant,
): Model<WatcherState, WatcherAction> {
  const size = { ...defaultWatcherBounds, ...bounds }
  const places = Array.from({ length: size.paths }, (_, at) => at)
  const hear = hearing(varied(watcherMachine, variant))
  const fresh = places.map(() => nothing)

  /** What the machines make of an action, connection by connection, before these are sorted. */
  function byMachines(state: WatcherState, action: WatcherAction) {
    const said = new Map<string, Fired>()
    const rules = new Set<string>()
    const watches = state.watches.map((own, connection) =>
      own.map((watch, path) => {
        const event = eventFor(action, connection, path)
        if (event === null) return watch
        const heard = hear(watch, event)
        heard.rules.forEach((rule) => rules.add(rule))
        const at = paths[action.kind === 'change' ? action.path : path]!
        // WATCHER-35: what both tables, or several paths, tell a connection is one notification.
        for (const type of heard.tells)
          said.set(`${connection} ${type}`, {
            connection,
            event: { type, state: KeeperState.SyncConnected, path: at },
          })
        return heard.watch
      }),
    )
    return { watches, said: [...said.values()], rules: [...rules] }
  }

  return {
    name: 'watcher',
    processes: [],
    initial: () => [{ watches: Array.from({ length: size.connections }, () => fresh), broken: [] }],
    actions(state) {
      const { watches, broken } = state
      if (broken.length > 0) return []
      const isWithin = (action: WatcherAction): boolean =>
        countOf(byMachines(state, action).watches) <= Math.max(size.watches, countOf(watches))
      const own = watches.flatMap((_, connection): WatcherAction[] => [
        ...places.flatMap((path) => deeds.map((deed) => ({ kind: 'deed' as const, connection, path, deed }))),
        { kind: 'lost', connection },
      ])
      return [
        ...own.filter(isWithin),
        ...places.flatMap((path) => changes.map((type) => ({ kind: 'change' as const, type, path }))),
      ]
    },
    next(state, action) {
      const { watches, said } = byMachines(state, action)
      return { watches: sorted(watches), broken: judged(state, action, watches, said) }
    },
    invariants: statements.map((each) => brokenOf<WatcherState>(each)),
    mayEnd: ({ broken }) => broken.length > 0,
    tell(before, action) {
      const { said, rules } = byMachines(before, action)
      const texts = said.map(
        ({ connection, event }) => `connection ${connection + 1} is told ${nameOf(event.type)} ${event.path}`,
      )
      return { text: [formatAction(action), ...texts].join('; '), rules }
    },
    show: ({ watches }) =>
      Object.fromEntries(
        watches.map((own, connection) => [
          `connection ${connection + 1}`,
          own.map(({ data, child }, path) => `${paths[path]} data ${data}, child ${child}`).join('; '),
        ]),
      ),
  }
}

/** What is wrong with a step: by the model, and by the invariants, which are asked of the machines' watches. */
function judged(
  state: WatcherState,
  action: WatcherAction,
  watches: readonly (readonly PlainWatch[])[],
  said: readonly Fired[],
): readonly Broken[] {
  const broken: Broken[] = []
  const before = tablesOf(state.watches)
  const after = tablesOf(watches)
  const expected = byModel(before, action)
  const [own, wanted] = [keyOf(after), keyOf(expected.watches)]
  if (own !== wanted) broken.push({ ...sameWatches, found: `${own} in the machine, ${wanted} in the model` })
  const [tells, shouldTell] = [said, expected.notifications].map((each) =>
    each.map(formatFired).sort().join(', '),
  )
  if (tells !== shouldTell)
    broken.push({
      ...sameTold,
      found: `the machine tells ${tells || 'nothing'}, the model ${shouldTell || 'nothing'}`,
    })
  const alive = new Set(watches.map((_, connection) => connection))
  if (action.kind === 'lost') alive.delete(action.connection)
  for (const { rule, name, broken: findingOf } of watcherInvariants)
    if (findingOf(after, alive) !== null) broken.push({ rule, name, found: formatAction(action) })
  if (action.kind !== 'change') return broken
  const change = { type: action.type, path: paths[action.path]! }
  for (const { rule, name, broken: findingOf } of firingInvariants)
    if (findingOf(before, change, after, said) !== null)
      broken.push({ rule, name, found: formatAction(action) })
  return broken
}

/** The machine as a function that remembers: it has few states, and a context that never changes. */
function hearing(machine: typeof watcherMachine): (watch: PlainWatch, event: WatcherEvents) => Heard {
  const known = new Map<string, Map<string, Heard>>()
  const [start] = initialTransition(machine)
  return (watch, event) => {
    const state = `${watch.data} ${watch.child}`
    const key = eventKey(event)
    const here = known.get(state) ?? new Map<string, Heard>()
    known.set(state, here)
    const heard = here.get(key) ?? hearOnce(machine, start, watch, event)
    here.set(key, heard)
    return heard
  }
}

function hearOnce(
  machine: typeof watcherMachine,
  start: SnapshotFrom<typeof watcherMachine>,
  watch: PlainWatch,
  event: WatcherEvents,
): Heard {
  const before = machine.resolveState({ ...start, value: { watching: { ...watch } } })
  const taken = machine.getTransitionData(before, event)
  const rules = taken.flatMap(
    ({ meta }) => (meta as { rule?: string | readonly string[] } | undefined)?.rule ?? [],
  )
  const [after, actions] = transition(machine, before, event)
  // A connection that is lost and one that comes after it have one place here.
  const value = after.value === 'ended' ? nothing : (after.value as { watching: PlainWatch }).watching
  return { watch: value, tells: actions.flatMap(({ type }) => told[type] ?? []), rules }
}

function countOf(watches: readonly (readonly PlainWatch[])[]): number {
  const modes = watches.flat().flatMap(({ data, child }) => [data, child])
  return modes.filter((mode) => mode !== 'none').length
}

/** The model's tables of the machines' states. */
function tablesOf(watches: readonly (readonly PlainWatch[])[]): Watches {
  const tables = { data: new Map<string, Map<number, Mode>>(), child: new Map<string, Map<number, Mode>>() }
  watches.forEach((own, connection) =>
    own.forEach((watch, path) => {
      for (const table of ['data', 'child'] as const) {
        const mode = watch[table]
        if (mode === 'none') continue
        const watchers = tables[table].get(paths[path]!) ?? new Map<number, Mode>()
        tables[table].set(paths[path]!, watchers.set(connection, mode))
      }
    }),
  )
  return tables
}

function keyOf({ data, child }: Watches): string {
  const texts = [data, child].map((table) =>
    [...table]
      .flatMap(([path, watchers]) =>
        [...watchers].map(([connection, mode]) => `${connection} ${path} ${mode}`),
      )
      .sort()
      .join(', '),
  )
  return `data (${texts[0]}), child (${texts[1]})`
}

const formatFired = ({ connection, event }: Fired): string =>
  `connection ${connection + 1} ${nameOf(event.type)} ${event.path}`

/** Connections in the order of what they watch: their names play no part. */
function sorted(watches: readonly (readonly PlainWatch[])[]): readonly (readonly PlainWatch[])[] {
  const keys = new Map(watches.map((own) => [own, canonical(own)]))
  return [...watches].sort((a, b) => (keys.get(a)! < keys.get(b)! ? -1 : 1))
}
