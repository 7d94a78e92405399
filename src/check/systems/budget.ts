/**
 * How often each thing may still happen when a network is explored. The spec's networks say what may happen next, without an
 * end; here a step that costs something is taken as long as something is left.
 */

/** Numbers of times, by kind. */
export type Budget<Kind extends string> = Readonly<Record<Kind, number>>

/** A world, and what is left. */
export type Budgeted<World, Kind extends string> = World & { readonly left: Budget<Kind> }

/** What of a network knows the world. */
interface Unbounded<Local, World, View, Note, Step extends { readonly world: World }> {
  initial(): { readonly locals: readonly Local[]; readonly world: World }
  worldSteps(world: World, views: readonly View[]): readonly Step[]
  learn(world: World, process: number, note: Note): World
}

/** A network's functions that know the world, within a budget. `costOf`: what a step costs; null when it is free. */
export function withinBudget<
  Local,
  World extends object,
  View,
  Note,
  Step extends { readonly world: World },
  Kind extends string,
>(
  network: Unbounded<Local, World, View, Note, Step>,
  budget: Budget<Kind>,
  costOf: (step: Step, views: readonly View[]) => Kind | null,
) {
  type Known = Budgeted<World, Kind>
  type KnownStep = Step & { readonly world: Known }

  function affordable(step: Step, world: Known, views: readonly View[]): KnownStep | null {
    const { left } = world
    const cost = costOf(step, views)
    if (cost === null) return { ...step, world: withLeft(step.world, world) }
    if (left[cost] === 0) return null
    return { ...step, world: { ...step.world, left: { ...left, [cost]: left[cost] - 1 } } }
  }

  return {
    initial() {
      const { locals, world } = network.initial()
      return { locals, world: { ...world, left: budget } }
    },
    worldSteps: (world: Known, views: readonly View[]): readonly KnownStep[] =>
      network.worldSteps(world, views).flatMap((step) => affordable(step, world, views) ?? []),
    learn: (world: Known, process: number, note: Note): Known =>
      withLeft(network.learn(world, process, note), world),
  }
}

/** A world with what is left in an earlier one; the same object where nothing has changed, which is interned at once. */
function withLeft<World extends object, Kind extends string>(
  world: World,
  before: Budgeted<World, Kind>,
): Budgeted<World, Kind> {
  return world === before ? before : { ...world, left: before.left }
}
