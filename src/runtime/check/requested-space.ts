/** The space that a request asks for, in whatever thread needs it. */
import type { ModelRequest } from '../../check/model/counterexample.js'
import { isModelFile } from './counterexample-files.js'
import { InputError } from '../../check/model/input-error.js'
import { loadModel } from './model-file.js'
import { modelSpace } from '../../check/spaces/model-space.js'
import type { Space, SpaceSource } from '../../check/model/space.js'
import { loadVariant } from './variant-file.js'
import { systems } from '../../check/systems/systems-table.js'

/** Makes the space. Throws an {@link InputError} for a model that isn't there, or a file that is wrong. */
export async function spaceOf(argument: unknown): Promise<Space> {
  const request = argument as ModelRequest
  if (isModelFile(request.model)) {
    if (request.variant !== undefined)
      throw new InputError('a model from a file takes no variant: it has no machine')
    return modelSpace(await loadModel(request))
  }
  const system = systems.find(({ name }) => name === request.model)
  if (system === undefined) throw new InputError(`there is no model ${request.model}`)
  const variant = request.variant === undefined ? undefined : await loadVariant(request.variant)
  return system.make(request.bounds, variant)
}

/** Where other threads find it. */
export function sourceOf(request: ModelRequest): SpaceSource {
  return { module: import.meta.url, export: 'spaceOf', argument: request }
}
