/** The pictures of a difference: both versions of each changed machine in one diagram, as SVG and as Mermaid. */
import { allStates, type Chart } from '../../diagram/chart.js'
import { mermaidOf } from '../../diagram/mermaid.js'
import { picturesOf } from '../../diagram/pictures.js'
import { svgOf } from '../../diagram/svg.js'
import type { NamedFile } from '../files/named-file.js'
import type { MachineDiff } from './compare-machines.js'
import { mergedChart, signs } from './merged-chart.js'

export async function diffFiles(machines: readonly MachineDiff[]): Promise<NamedFile[]> {
  const files: NamedFile[] = []
  for (const machine of machines.filter(({ kind }) => kind !== 'same')) {
    const chart = mergedChart(machine)
    for (const { part, drawing } of await picturesOf(chart)) {
      const name = `diff-${machine.id}${part === '' ? '' : `.${part}`}.svg`
      files.push({ name, text: svgOf(drawing, `what differs in ${machine.id}`, signs) })
    }
    files.push({
      name: `diff-${machine.id}.md`,
      text: `# What differs in ${machine.id}\n\n+ is new, − is gone, ~ has another function behind a name.\n\n\`\`\`mermaid\n${mermaidOf(chart)}${classes(chart)}\`\`\`\n`,
    })
  }
  return files
}

/** Mermaid's colours for states; its transitions have none, and keep their signs. */
function classes(chart: Chart): string {
  const only = (sign: string) =>
    allStates(chart.root)
      .filter(({ name }) => name.startsWith(sign))
      .map(({ path }) => `s_${path.replace(/[^A-Za-z0-9]/g, '_')}`)
  const [added, removed] = [only(signs.added), only(signs.removed)]
  const lines = [
    ...(added.length > 0
      ? ['classDef added stroke:#1a7f37,color:#1a7f37', `class ${added.join(',')} added`]
      : []),
    ...(removed.length > 0
      ? [
          'classDef removed stroke:#b3261e,color:#b3261e,stroke-dasharray:5 4',
          `class ${removed.join(',')} removed`,
        ]
      : []),
  ]
  return lines.map((line) => `  ${line}\n`).join('')
}
