/** What `zoospec check` can be asked for: how a model is named, and which bounds it has. */

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
  /** A variant is checked by it only when it is asked for by name: smaller models run the same machines. */
  readonly onlyByName?: true
}

/** Whether a model checks a variant of some machines without being asked for by name. */
export function shows({ machines, onlyByName }: ModelOption, changed: readonly string[]): boolean {
  return onlyByName !== true && machines.some((machine) => changed.includes(machine))
}

/**
 * The models that show a change of some machines: those that run one of them and, where there are such, have all bounds
 * that it is to be checked at. What needs several elections is not shown by one epoch.
 */
export function showing(
  models: readonly ModelOption[],
  changed: readonly string[],
  bounds: readonly string[],
): readonly ModelOption[] {
  const running = models.filter((model) => shows(model, changed))
  const fitting = running.filter((model) => bounds.every((name) => Object.hasOwn(model.bounds, name)))
  return fitting.length > 0 ? fitting : running
}

/** Every bound of some models, by name, as the first of them has it. */
export function boundsOf(models: readonly ModelOption[]): Readonly<Record<string, BoundOption>> {
  const all: Record<string, BoundOption> = {}
  for (const { bounds } of models)
    for (const [name, bound] of Object.entries(bounds)) if (!Object.hasOwn(all, name)) all[name] = bound
  return all
}
