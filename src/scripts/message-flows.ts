/**
 * The ensemble's message flow, phase by phase: a sequence diagram of each part of a scenario of `spec/ensemble` that says
 * `picture NAME`. The scenario is played again, so a picture shows what the machines do.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sequenceMermaid } from '../diagram/sequence/sequence-mermaid.js'
import { sequenceSvg } from '../diagram/sequence/sequence-svg.js'
import { sequenceOf, type Sequence } from '../diagram/sequence/sequence.js'
import { type Played, playEnsemble } from '../check/scenario/play-ensemble.js'
import { findRoot } from '../conform/rule-texts.js'
import { parseScenario } from '../scenario/scenario-file.js'

const scenarios = join('spec', 'ensemble', 'scenarios')

/** Files beside the machines' diagrams: of each picture the SVG, and a page with the Mermaid. */
export function drawFlows(): readonly { readonly name: string; readonly text: string }[] {
  const folder = join(findRoot(), scenarios)
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  return files.sort().flatMap((file) => {
    const played = playEnsemble(parseScenario(readFileSync(join(folder, file), 'utf8')), file)
    return picturesIn(played).flatMap((picture) => {
      const sequence = flowOf(played, picture)
      const title = picture.replaceAll('-', ' ')
      const from = `From [${file}](../../spec/ensemble/scenarios/${file}).`
      const mermaid = `# Message flow: ${title}\n\n${from}\n\n\`\`\`mermaid\n${sequenceMermaid(sequence)}\`\`\`\n`
      return [
        { name: `flow-${picture}.svg`, text: sequenceSvg(sequence, `Message flow: ${title}`) },
        { name: `flow-${picture}.md`, text: mermaid },
      ]
    })
  })
}

function picturesIn({ blocks }: Played): readonly string[] {
  return [...new Set(blocks.flat().flatMap(({ picture }) => picture ?? []))]
}

/** The steps of a picture, between those that have a part in them. */
export function flowOf({ processes, blocks }: Played, picture: string): Sequence {
  const steps = blocks
    .flat()
    .filter((played) => played.picture === picture)
    .map(({ step }) => step)
  const part = steps.flatMap(({ process, messages, changes }) => [
    ...(process === undefined ? [] : [process]),
    ...messages.flatMap(({ from, to }) => [from, to]),
    ...changes.map(({ what }) => processes.indexOf(what)),
  ])
  const shown = processes.map((_, process) => process).filter((process) => part.includes(process))
  const place = (process: number) => shown.indexOf(process)
  const sequence = sequenceOf({
    processes: shown.map((process) => processes[process]!),
    violation: null,
    steps: steps.map(({ process, messages, text, changes, ...step }) => ({
      ...step,
      text: messages.some(({ as }) => as === 'taken') ? withoutPacket(text) : text,
      changes: changes.map(({ what, ...change }) => ({
        ...change,
        what: process !== undefined && what === processes[process] ? '' : what,
      })),
      ...(process === undefined ? {} : { process: place(process) }),
      messages: messages.map(({ from, to, ...message }) => ({
        ...message,
        ...{ from: place(from), to: place(to) },
      })),
    })),
  })
  return {
    ...sequence,
    // An election happens to all that it changes.
    steps: sequence.steps.map((step, at) =>
      steps[at]!.process === undefined
        ? {
            ...step,
            at: shown.flatMap((process, index) => (isChanged(steps[at]!, processes[process]!) ? index : [])),
          }
        : step,
    ),
  }
}

/** What is said of an arrival, without what stands at its arrow. */
function withoutPacket(text: string): string {
  return text.replace(/( takes [A-Z]+) .*$/, '$1')
}

function isChanged(
  { changes }: { readonly changes: readonly { readonly what: string }[] },
  name: string,
): boolean {
  return changes.some(({ what }) => what === name)
}
