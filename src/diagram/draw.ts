/** Draws machines in a format: machine in, files out. The same machine gives the same bytes. */
import type { AnyStateMachine } from 'xstate'
import { chartOf } from './chart.js'
import { dotOf } from './dot.js'
import { jsonOf } from './json.js'
import type { RegisteredMachine } from './machines.js'
import { mermaidOf } from './mermaid.js'
import { picturesOf, type Picture } from './pictures.js'
import { svgOf } from './svg.js'

export const formats = ['svg', 'mermaid', 'dot', 'json'] as const
export type Format = (typeof formats)[number]

export interface DiagramFile {
  readonly name: string
  readonly text: string
  /** Path of the state that it shows; empty for the whole machine. */
  readonly part: string
}

/** The files of one machine: one, or for a large machine in SVG, one for each part. */
export async function draw(registered: RegisteredMachine, format: Format): Promise<DiagramFile[]> {
  const { machine } = registered
  const name = diagramName(registered)
  const chart = chartOf(machine)
  switch (format) {
    case 'svg':
      return (await picturesOfMachine(machine)).map(({ part, drawing }) => ({
        name: `${name}${part === '' ? '' : `.${part}`}.svg`,
        text: svgOf(drawing, part === '' ? `${machine.id} machine` : `${machine.id} machine: ${part}`),
        part,
      }))
    case 'mermaid':
      return [
        {
          name: `${name}.md`,
          text: `# ${machine.id}\n\n\`\`\`mermaid\n${mermaidOf(chart)}\`\`\`\n`,
          part: '',
        },
      ]
    case 'dot':
      return [{ name: `${name}.dot`, text: dotOf(chart), part: '' }]
    case 'json':
      return [{ name: `${name}.json`, text: jsonOf(machine), part: '' }]
  }
}

// Laying out is what takes long, and a machine doesn't change.
const laidOut = new WeakMap<AnyStateMachine, Promise<readonly Picture[]>>()

/** The pictures of a machine, laid out once. */
export function picturesOfMachine(machine: AnyStateMachine): Promise<readonly Picture[]> {
  const known = laidOut.get(machine) ?? picturesOf(chartOf(machine))
  laidOut.set(machine, known)
  return known
}

/** A machine's name among the diagrams: `spec-session`. */
export function diagramName({ layer, machine }: RegisteredMachine): string {
  return `${layer}-${machine.id}`
}
