/** The diagrams that are committed: which files of `docs/` there are to be, and what stands in each. */
import { draw } from '../diagram/draw.js'
import { drawFlows } from './message-flows.js'
import { machines } from '../diagram/machines.js'
import { pageOf, type DrawnMachine } from './subsystem-page.js'

/**
 * Text by path relative to `docs/`.
 * @param readPage gives a page as it is now, so that what is written by hand is kept; undefined when there is none
 */
export async function committedFiles(
  readPage: (path: string) => string | undefined,
): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const bySubsystem = new Map<string, DrawnMachine[]>()
  for (const registered of machines) {
    const pictures = await draw(registered, 'svg')
    for (const { name, text } of pictures) files.set(`diagrams/${name}`, text)
    const drawn = bySubsystem.get(registered.subsystem) ?? []
    bySubsystem.set(registered.subsystem, [...drawn, { registered, files: pictures }])
  }
  for (const { name, text } of drawFlows()) files.set(`diagrams/${name}`, text)
  for (const [subsystem, drawn] of bySubsystem) {
    const path = `${subsystem}.md`
    files.set(path, pageOf(subsystem, readPage(path), drawn))
  }
  return files
}
