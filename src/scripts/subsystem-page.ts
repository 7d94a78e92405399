/**
 * The part of a subsystem's page in `docs/` that is drawn: its machines' pictures, and each transition as a table's row.
 * What stands above the mark is written by hand and kept.
 */
import { allTransitions, chartOf, type ChartTransition } from '../diagram/chart.js'
import type { DiagramFile } from '../diagram/draw.js'
import { formatGuard } from '../diagram/label.js'
import type { RegisteredMachine } from '../diagram/machines.js'

export const mark =
  '<!-- Drawn from the machines by `npm run diagrams`; written by hand only above this line. -->'

/** A machine and its pictures. */
export interface DrawnMachine {
  readonly registered: RegisteredMachine
  readonly files: readonly DiagramFile[]
}

/** The whole page, from the page there was and what is drawn. */
export function pageOf(
  subsystem: string,
  before: string | undefined,
  drawn: readonly DrawnMachine[],
): string {
  const prose = before?.split(mark)[0]?.trimEnd() ?? `# ${subsystem}`
  return `${prose}\n\n${mark}\n\n${drawn.map(machinePart).join('\n')}`
}

function machinePart({ registered, files }: DrawnMachine): string {
  const { machine, layer, file } = registered
  const of = layer === 'spec' ? 'the spec' : 'the implementation'
  const title = `## ${machine.id}, a machine of ${of}`
  const pictures = files.map(({ name, part }) =>
    part === ''
      ? `![The machine ${machine.id} of ${of}](diagrams/${name})`
      : `### ${machine.id}: inside ${part}\n\n![The state ${part} of the machine ${machine.id}](diagrams/${name})`,
  )
  const transitions = allTransitions(chartOf(machine))
  const rows = transitions.map((transition) => `| ${cells(transition).map(escape).join(' | ')} |`)
  return [
    title,
    `From [\`${file}\`](../${file}).`,
    ...pictures,
    `<details>\n<summary>Its ${transitions.length} transitions as a table</summary>\n`,
    '| in | on | if | does | goes to | rules |\n| --- | --- | --- | --- | --- | --- |\n' + rows.join('\n'),
    '</details>\n',
  ].join('\n\n')
}

function cells(transition: ChartTransition): string[] {
  const { source, target, event, turn, actions, rules } = transition
  return [
    source === '' ? 'any state' : source,
    turn === undefined ? event : `${event} #${turn}`,
    formatGuard(transition).slice(1, -1),
    actions.join(', '),
    target ?? '(stays)',
    rules.join(', '),
  ]
}

function escape(text: string): string {
  return text.replace(/[|<>*_]/g, (character) => `\\${character}`)
}
