/** Makes a space in whatever thread needs it. */
import type { Space, SpaceMaker, SpaceSource } from '../../check/model/space.js'

/** The space that a source makes. Throws an Error when the module has no such export. */
export async function makeSpace(source: SpaceSource): Promise<Space> {
  const module = (await import(source.module)) as Readonly<Record<string, SpaceMaker | undefined>>
  const make = module[source.export]
  if (make === undefined) throw new Error(`${source.module} exports no ${source.export}`)
  return make(source.argument)
}
