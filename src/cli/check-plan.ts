/** From a command line to what is to be checked: which models, at which bounds, how. */
import { availableParallelism } from 'node:os'
import type { Variant } from '../../spec/variants/variant.js'
import type { CheckOptions } from '../runtime/check/engine.js'
import type { ModelRequest } from '../check/model/counterexample.js'
import { isModelFile } from '../runtime/check/counterexample-files.js'
import { didYouMean } from '../check/model/input-error.js'
import { boundsOf, type ModelOption, showing, shows } from '../check/model/model-options.js'
import { checkFlags, checkHelpFor } from './check-help.js'
import { parseArguments, UsageError } from './usage.js'

type Bound = number | boolean | string
type Bounds = Readonly<Record<string, Bound>>

export interface CheckPlan {
  readonly requests: readonly ModelRequest[]
  readonly options: CheckOptions
  readonly out: string | undefined
  readonly json: boolean
}

/** Takes a command line apart. Throws a {@link UsageError}, or what the variant's file throws. */
export async function planCheck(
  args: readonly string[],
  models: readonly ModelOption[],
  loadVariant: (path: string) => Promise<Variant>,
): Promise<CheckPlan> {
  const help = checkHelpFor(models)
  const { flags } = parseArguments(args, checkFlags(models), 0, help)
  const text = (name: string): string | undefined => {
    const value = flags.get(name)
    return typeof value === 'string' ? value : undefined
  }
  const whole = (name: string, least: number): number | undefined => {
    const value = text(name)
    return value === undefined ? undefined : wholeNumber(value, `--${name}`, least, help)
  }

  const variantFile = text('variant')
  const variant = variantFile === undefined ? undefined : await loadVariant(variantFile)
  const chosen = chosenModels(text('model'), variant, models, help)
  const given = givenBounds(flags, models, help)
  const requests =
    typeof chosen === 'string'
      ? [{ model: chosen, bounds: freeBounds(text('bounds'), given, help) }]
      : requestsFor(chosen, models, given, variant, variantFile, help)
  if (typeof chosen !== 'string' && flags.has('bounds'))
    throw new UsageError(
      "--bounds is for a model of your own; the spec's models have flags, such as --servers 3",
      help,
    )

  const checkpoint = text('checkpoint')
  if (flags.has('resume') && checkpoint === undefined)
    throw new UsageError('--resume needs --checkpoint DIR: where the checkpoint is', help)
  if (flags.has('seed') && !flags.has('walk'))
    throw new UsageError('--seed is for --walk: without it nothing is random', help)
  const depth = whole('depth', 1)
  const states = whole('states', 1)
  return {
    requests,
    options: {
      walk: flags.has('walk'),
      seed: whole('seed', 0) ?? 1,
      workers: whole('workers', 1) ?? availableParallelism(),
      ...(checkpoint === undefined ? {} : { checkpoint }),
      resume: flags.has('resume'),
      maxViolations: whole('max-violations', 1) ?? 1,
      ...(depth === undefined ? {} : { depth }),
      ...(states === undefined ? {} : { states }),
    },
    out: text('out'),
    json: flags.has('json'),
  }
}

/** The models to check, or the path of one that is a file. */
function chosenModels(
  named: string | undefined,
  variant: Variant | undefined,
  models: readonly ModelOption[],
  help: string,
): readonly ModelOption[] | string {
  // A variant may say which model shows it, beside the bounds.
  const name = named ?? (typeof variant?.bounds['model'] === 'string' ? variant.bounds['model'] : undefined)
  if (name !== undefined) {
    if (isModelFile(name)) {
      if (variant !== undefined)
        throw new UsageError('--variant changes machines of the spec; a model of your own has none', help)
      return name
    }
    const found = models.find((model) => model.name === name)
    if (found !== undefined) return [found]
    const names = models.map((model) => model.name)
    throw new UsageError(
      `there is no model ${name}; there are ${names.join(', ')}${didYouMean(name, names)}`,
      help,
    )
  }
  if (variant === undefined) return models
  const changed = Object.keys(variant.machines)
  const shown = showing(models, changed, Object.keys(variant.bounds))
  if (shown.length > 0 || changed.length === 0) return shown.length > 0 ? shown : models
  throw new UsageError(`no model runs ${changed.join(', ')}, which the variant ${variant.id} changes`, help)
}

/** The bounds that flags give, whichever model they are for. */
function givenBounds(
  flags: ReadonlyMap<string, string | true>,
  models: readonly ModelOption[],
  help: string,
): Bounds {
  const given: Record<string, Bound> = {}
  for (const [name, { default: usual, min }] of Object.entries(boundsOf(models))) {
    const value = flags.get(name)
    if (typeof value === 'string') given[name] = wholeNumber(value, `--${name}`, min ?? 0, help)
    else if (value === true) given[name] = true
    if (typeof usual === 'boolean' && flags.has(`no-${name}`)) given[name] = false
  }
  return given
}

function requestsFor(
  chosen: readonly ModelOption[],
  models: readonly ModelOption[],
  given: Bounds,
  variant: Variant | undefined,
  variantFile: string | undefined,
  help: string,
): ModelRequest[] {
  const known = boundsOf(chosen)
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(known, name)) continue
    const models = chosen.map((model) => model.name).join(', ')
    throw new UsageError(`${models} has no bound ${name}; it has ${Object.keys(known).join(', ')}`, help)
  }
  const shown = Object.entries(variant?.bounds ?? {}).filter(([name]) => name !== 'model')
  // A model that is asked for by name may have other bounds than the one that the variant thinks of.
  const changed = Object.keys(variant?.machines ?? {})
  const meant = boundsOf([...chosen, ...models.filter((model) => shows(model, changed))])
  for (const [name] of shown)
    if (!Object.hasOwn(meant, name)) {
      const names = Object.keys(meant)
      throw new UsageError(
        `the variant ${variant?.id} names the bound ${name}; there are ${names.join(', ')}${didYouMean(name, names)}`,
        help,
      )
    }
  return chosen.map(({ name: model, bounds }) => {
    const own = (values: Bounds) =>
      Object.fromEntries(Object.entries(values).filter(([name]) => Object.hasOwn(bounds, name)))
    const usual = Object.fromEntries(Object.entries(bounds).map(([name, bound]) => [name, bound.default]))
    return {
      model,
      bounds: { ...usual, ...own(Object.fromEntries(shown)), ...own(given) },
      ...(variantFile === undefined ? {} : { variant: variantFile }),
    }
  })
}

/** The bounds of a model from a file: any name is taken. */
function freeBounds(list: string | undefined, given: Bounds, help: string): Bounds {
  const pairs = (list ?? '').split(',').filter((pair) => pair !== '')
  const free = pairs.map((pair): [string, Bound] => {
    const [, name, value] = /^([\w-]+)=(.+)$/.exec(pair) ?? []
    if (name === undefined || value === undefined)
      throw new UsageError(`--bounds takes name=value,name=value; found "${pair}"`, help)
    if (value === 'true' || value === 'false') return [name, value === 'true']
    return [name, Number.isFinite(Number(value)) ? Number(value) : value]
  })
  return { ...given, ...Object.fromEntries(free) }
}

function wholeNumber(value: string, flag: string, least: number, help: string): number {
  const number = Number(value)
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number) || number < least)
    throw new UsageError(`${flag} is "${value}"; expected a whole number from ${least}`, help)
  return number
}
