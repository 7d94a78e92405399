/** The table of verbs. A verb is a file of this folder; it is loaded when it is asked for. */
import { configurationHelp } from './configuration-help.js'
import { traceCheckHelp } from './trace-check-help.js'
import { ensembleHelp } from './ensemble-help.js'
import { serveHelp } from './serve-help.js'
import { diagramsHelp } from './diagrams-help.js'
import { diffHelp } from './diff-help.js'
import { mutateHelp } from './mutate-help.js'
import { replayHelp } from './replay-help.js'
import { simulateHelp } from './simulate-help.js'

/** What runs a verb: takes the arguments after it, gives the exit code. */
export type Run = (args: readonly string[]) => Promise<number>

export interface Verb {
  /** One or more words. */
  readonly name: string
  readonly about: string
  /** A text, or what makes it where that takes more than this table should load. */
  readonly help: string | (() => Promise<string>)
  readonly load: () => Promise<Run>
}

export const verbs: readonly Verb[] = [
  {
    name: 'serve',
    about: 'run a server',
    help: serveHelp,
    load: async () => (await import('./serve-verb.js')).serve,
  },
  {
    name: 'ensemble',
    about: 'run an ensemble of servers on this machine',
    help: ensembleHelp,
    load: async () => (await import('./ensemble-verb.js')).ensemble,
  },
  {
    name: 'simulate',
    about: 'run whole ensembles with faults, in simulated time',
    help: simulateHelp,
    load: async () => (await import('./simulate-verb.js')).simulate,
  },
  {
    name: 'configuration',
    about: 'print every key of zoo.cfg that zoospec knows',
    help: configurationHelp,
    load: async () => (await import('./configuration-verb.js')).configuration,
  },
  {
    name: 'trace check',
    about: 'say whether the rules allow what a server did',
    help: traceCheckHelp,
    load: async () => (await import('./trace-check-verb.js')).traceCheck,
  },
  {
    name: 'check',
    about: 'explore what the spec can reach, and say whether its invariants hold',
    help: async () => (await import('./check-help.js')).checkHelp,
    load: async () => (await import('./check-verb.js')).check,
  },
  {
    name: 'replay',
    about: 'walk a counterexample again, or make a test of it',
    help: replayHelp,
    load: async () => (await import('./replay-verb.js')).replay,
  },
  {
    name: 'diff',
    about: 'show two versions of the spec side by side',
    help: diffHelp,
    load: async () => (await import('./diff-verb.js')).diff,
  },
  {
    name: 'mutate',
    about: 'make mistakes in the spec, and see whether its invariants notice',
    help: mutateHelp,
    load: async () => (await import('./mutate-verb.js')).mutate,
  },
  {
    name: 'diagrams',
    about: 'draw every machine, spec and implementation',
    help: diagramsHelp,
    load: async () => (await import('./diagrams-verb.js')).diagrams,
  },
]

/** The verb that a command line starts with, and what follows it. */
export function findVerb(args: readonly string[]): { verb: Verb; rest: readonly string[] } | undefined {
  for (const verb of verbs) {
    const words = verb.name.split(' ')
    if (words.every((word, at) => args[at] === word)) return { verb, rest: args.slice(words.length) }
  }
  return undefined
}

/** The help of the command itself. */
export function overview(): string {
  const width = Math.max(...verbs.map(({ name }) => name.length))
  const lines = verbs.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`)
  return `usage: zoospec <verb> [...]\n\n${lines.join('\n')}\n\nzoospec <verb> --help says more about a verb.\n`
}
