/** The verb `diagrams`: writes a picture of every machine to a folder. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { draw, diagramName, formats, type Format } from '../diagram/draw.js'
import { machines } from '../diagram/machines.js'
import { diagramsFlags, diagramsHelp } from './diagrams-help.js'
import { parseArguments, UsageError } from './usage.js'

export async function diagrams(args: readonly string[]): Promise<number> {
  const { flags } = parseArguments(args, diagramsFlags, 0, diagramsHelp)
  const out = flags.get('out')
  if (typeof out !== 'string') throw new UsageError('diagrams needs --out DIR: where to write', diagramsHelp)
  const format = flags.get('format') ?? 'svg'
  if (!isFormat(format)) {
    throw new UsageError(`${String(format)} is not a format; there are ${formats.join(', ')}`, diagramsHelp)
  }
  const only = flags.get('only')
  const chosen = machines.filter((machine) => only === undefined || diagramName(machine) === only)
  if (chosen.length === 0) {
    throw new UsageError(
      `no machine is named ${String(only)}; there are ${machines.map(diagramName).join(', ')}`,
      diagramsHelp,
    )
  }
  await mkdir(out, { recursive: true })
  let count = 0
  for (const machine of chosen) {
    for (const { name, text } of await draw(machine, format)) {
      await writeFile(join(out, name), text)
      count++
    }
  }
  process.stdout.write(`${count} files in ${out}\n`)
  return 0
}

function isFormat(value: string | true): value is Format {
  return (formats as readonly unknown[]).includes(value)
}
