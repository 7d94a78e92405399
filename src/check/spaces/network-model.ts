/**
 * A network as a plain model: the meaning of channels, closes, crashes and cuts in a few lines over plain values. It names
 * the steps of counterexamples, and `network-space.ts`, which is fast, is held equal to it.
 */
import { canonical } from '../values/canonical.js'
import type { Invariant, Model, Told, ToldMessage } from '../model/model.js'
import { allInvariants } from './network-invariants.js'
import { NetworkStepper } from './network-stepper.js'
import type { Network, NetworkAction, NetworkState, Step, WorldStep } from '../model/network.js'

/** What happened in one action. */
interface Outcome<Local, Message, World> {
  readonly state: NetworkState<Local, Message, World>
  readonly told: Told
}

/** The plain model of a network. Its `next` throws a RangeError for an action that the state doesn't allow. */
export function networkModel<Local, Event, Message, World, Note, View>(
  network: Network<Local, Event, Message, World, Note, View>,
): Model<NetworkState<Local, Message, World>, NetworkAction<Event>> {
  type State = NetworkState<Local, Message, World>
  type Action = NetworkAction<Event>

  function worldSteps(state: State): readonly WorldStep<Event, World>[] {
    return network.worldSteps(state.world, viewsOf(state))
  }

  function viewsOf({ locals }: State): View[] {
    return locals.map((local, process) => network.view(process, local))
  }

  function arriving(state: State, from: number, to: number, lane: number): Event | null {
    const [head] = state.channels[lane]?.[from]?.[to] ?? []
    if (head === undefined) return null
    return head === null ? network.closed(from) : network.arrival(from, lane, head)
  }

  /** The state after an action and its telling, or null when it isn't allowed. */
  function perform(state: State, action: Action): Outcome<Local, Message, World> | null {
    if (action.kind === 'world') return performWorld(state, action.action)
    const process = action.kind === 'local' ? action.process : action.to
    const event =
      action.kind === 'local' ? action.event : arriving(state, action.from, action.to, action.lane)
    const before = state.locals[process]
    if (event === null || before === undefined) return null
    const step = network.step(process, before, event)
    if (step === null) return null
    const stepper = new NetworkStepper(network, state)
    if (action.kind === 'deliver') stepper.arrive(action.from, action.to, action.lane)
    stepper.step(process, step)
    return { state: stepper.state(), told: tellStep(process, before, event, step, stepper.messages) }
  }

  function tellStep(
    process: number,
    before: Local,
    event: Event,
    step: Step<Local, Message, Note>,
    messages: readonly ToldMessage[],
  ): Told {
    return { process, ...network.tell(process, before, event, step), messages }
  }

  function performWorld(state: State, name: unknown): Outcome<Local, Message, World> | null {
    const text = canonical(name)
    const found = worldSteps(state).find(({ action }) => canonical(action) === text)
    if (found === undefined) return null
    const stepper = new NetworkStepper(network, state)
    stepper.world(found)
    const rules = new Set(found.rules)
    for (const { process, event } of found.events) {
      const step = network.step(process, stepper.local(process), event)
      if (step === null) return null
      stepper.step(process, step)
      for (const rule of step.rules) rules.add(rule)
    }
    const [only, more] = [...found.crashed, ...found.events.map(({ process }) => process)]
    const process = only !== undefined && (more === undefined || more === only) ? { process: only } : {}
    const told = { text: found.text, rules: [...rules], ...process, messages: stepper.messages }
    return { state: stepper.state(), told }
  }

  function actionsOf(state: State): Action[] {
    const own = state.locals.flatMap((local, process) =>
      network.events(process, local).map((event): Action => ({ kind: 'local', process, event })),
    )
    const world = worldSteps(state).map(({ action }): Action => ({ kind: 'world', action }))
    return [...own, ...arrivals(state), ...world].filter((action) => perform(state, action) !== null)
  }

  /** What may arrive: a process that waits for its disk takes nothing. */
  function arrivals(state: State) {
    return deliveries<State>(state).filter(({ from, to, lane }) => {
      if (network.isBusy?.(to, state.locals[to]!, lane)) return false
      return lane !== network.mail?.lane || network.reaches(state.world, from, to)
    })
  }

  function isFault(state: State, name: unknown): boolean {
    const text = canonical(name)
    return worldSteps(state).some(({ action, isFault }) => isFault && canonical(action) === text)
  }

  const refusals: Invariant<State> = {
    rule: network.refusalRule ?? '',
    name: 'no message arrives in a state whose rules do not speak of it',
    broken(state) {
      const refused = arrivals(state).find((action) => perform(state, action) === null)
      if (refused === undefined) return null
      const { from, to, lane } = refused
      const message = state.channels[lane]![from]![to]![0]!
      const what = message === null ? 'the end of the connection' : network.tellMessage(message)
      const [sender, receiver] = [network.processes[from], network.processes[to]]
      return `${receiver} has no rule for ${what} from ${sender}; it is ${network.show(to, state.locals[to]!)}`
    },
  }

  const { goal } = network
  return {
    name: network.name,
    processes: network.processes,
    initial: () => [initialState(network)],
    actions: actionsOf,
    next(state, action) {
      const outcome = perform(state, action)
      if (outcome === null) throw new RangeError(`the state does not allow ${canonical(action)}`)
      return outcome.state
    },
    invariants: [...allInvariants(network.invariants), refusals],
    mayEnd: (state) => network.mayEnd?.(state.world, viewsOf(state)) ?? false,
    ...(goal === undefined
      ? {}
      : {
          goal: {
            rule: goal.rule,
            name: goal.name,
            holds: (state: State) => goal.holds(state.world, viewsOf(state)),
            excuse: (state: State) => goal.excuse?.(state.world, viewsOf(state)) ?? null,
            isFault: (action: Action, state: State) =>
              action.kind === 'world' && isFault(state, action.action),
          },
        }),
    tell: (before, action) => perform(before, action)?.told ?? { text: canonical(action), rules: [] },
    show: (state) => formatNetwork(network, state),
  }
}

function initialState<Local, Event, Message, World, Note, View>(
  network: Network<Local, Event, Message, World, Note, View>,
): NetworkState<Local, Message, World> {
  const each = <T>(make: () => T, count = network.processes.length) => Array.from({ length: count }, make)
  return { ...network.initial(), channels: each(() => each(() => each((): Message[] => [])), network.lanes) }
}

/** The delivery of each channel's oldest message. */
function deliveries<State extends NetworkState<unknown, unknown, unknown>>(state: State) {
  return state.channels.flatMap((lane, number) =>
    lane.flatMap((receivers, from) =>
      receivers.flatMap((content, to) =>
        content.length === 0 ? [] : [{ kind: 'deliver' as const, from, to, lane: number }],
      ),
    ),
  )
}

function formatNetwork<Local, Event, Message, World, Note, View>(
  network: Network<Local, Event, Message, World, Note, View>,
  { locals, world, channels }: NetworkState<Local, Message, World>,
): Readonly<Record<string, string>> {
  const { processes } = network
  const shown: Record<string, string> = {}
  locals.forEach((local, process) => (shown[processes[process]!] = network.show(process, local)))
  shown['world'] = network.showWorld(world)
  for (const { lane, from, to } of deliveries({ locals, world, channels })) {
    const name = `${processes[from]} to ${processes[to]}${lane === 0 ? '' : `, lane ${lane}`}`
    const content = channels[lane]![from]![to]!
    shown[name] = content
      .map((message) => (message === null ? 'end' : network.tellMessage(message)))
      .join(', ')
  }
  return shown
}
