/** What `zoospec check` can be told. */
import { boundsOf, type ModelOption } from '../check/model/model-options.js'
import { systems } from '../check/systems/systems-table.js'
import { formatHelp, type Flag } from './usage.js'

const own = {
  model: {
    value: 'NAME',
    about: 'one model by its name, or a file of your own that exports one (default: every model)',
  },
  variant: { value: 'FILE', about: 'check this change of the protocol, at the bounds that it names' },
  bounds: { value: 'LIST', about: 'bounds of a model of your own: name=value,name=value' },
  walk: { about: 'walk at random instead of visiting every state: may find a violation, proves nothing' },
  seed: { value: 'N', about: 'the seed of the random walks, with --walk (default 1)' },
  workers: { value: 'N', about: 'worker threads (default: one a processor)' },
  depth: { value: 'N', about: 'the longest path (default: no limit)' },
  states: { value: 'N', about: 'the most distinct states, or steps of a walk (default: no limit)' },
  'max-violations': { value: 'N', about: 'how many different violations to collect (default 1)' },
  checkpoint: { value: 'DIR', about: 'keep a checkpoint there as it runs' },
  resume: { about: 'go on from the checkpoint' },
  out: { value: 'DIR', about: 'write each counterexample there: JSON, scenario, SVG, Mermaid' },
  json: { about: 'print the result as JSON, one line a model' },
} satisfies Record<string, Flag>

/** The flags of some models: their bounds, and what every check takes. */
export function checkFlags(models: readonly ModelOption[]): Readonly<Record<string, Flag>> {
  const flags: Record<string, Flag> = {}
  for (const [name, { about, default: usual }] of Object.entries(boundsOf(models))) {
    const whose = models.filter(({ bounds }) => Object.hasOwn(bounds, name)).map((model) => model.name)
    const of = `${about} (${whose.join(', ')}; default ${String(usual)})`
    if (typeof usual === 'number') flags[name] = { value: 'N', about: of }
    else {
      flags[name] = { about: of }
      flags[`no-${name}`] = { about: `without ${name}` }
    }
  }
  return { ...flags, ...own }
}

export function checkHelpFor(models: readonly ModelOption[]): string {
  const width = Math.max(0, ...models.map(({ name }) => name.length))
  const list = models.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`).join('\n')
  return formatHelp(
    'check [--model NAME] [--variant FILE] [--BOUND N ...] [--walk]',
    `Explores the states that the spec can reach and says whether its invariants hold in all of them. Models:
${list}
Exit code 0: all holds, or walks found nothing; 1: something is broken, and shown; 2: usage error; 3: stopped before the end (Ctrl-C).`,
    checkFlags(models),
  )
}

export const checkHelp = checkHelpFor(systems)
