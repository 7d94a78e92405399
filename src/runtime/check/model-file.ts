/** A plain model from a file: `--model ./mutex.ts`, a module that exports `model`, or a function of the bounds that makes it. */
import type { ModelRequest } from '../../check/model/counterexample.js'
import { InputError } from '../../check/model/input-error.js'
import type { Model } from '../../check/model/model.js'
import { importFile } from './source-file.js'

const parts = ['name', 'processes', 'initial', 'actions', 'next', 'invariants', 'tell', 'show'] as const

/** The model of a request whose `model` is a path. Throws an {@link InputError}. */
export async function loadModel({ model: path, bounds }: ModelRequest): Promise<Model<unknown, unknown>> {
  const exported = await importFile(path, 'model')
  const value = exported['model']
  if (value === undefined) {
    const names = Object.keys(exported)
    const there = names.length === 0 ? '' : ` (it exports ${names.join(', ')})`
    throw new InputError(`${path}: it exports no model${there}`)
  }
  const made: unknown =
    typeof value === 'function' ? (value as (of: typeof bounds) => unknown)(bounds) : value
  for (const part of parts)
    if (typeof made !== 'object' || made === null || !(part in made))
      throw new InputError(`${path}: a model has ${parts.join(', ')}; ${part} is missing`)
  return made as Model<unknown, unknown>
}
