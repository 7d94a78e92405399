/** Arguments of a command, its help, and the usage error. */
import { nearest } from '../text/nearest-name.js'

/** A command line that can't be followed: what is wrong, and the help that says what would be right. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly help: string
  constructor(message: string, help: string) {
    super(message)
    this.help = help
  }
}

/** A flag that a verb takes. */
export interface Flag {
  /** What its value is called in the help; absent for a flag without one. */
  readonly value?: string
  readonly about: string
}

/** A command line taken apart. */
export interface Arguments {
  readonly positional: readonly string[]
  /** Values by flag name without dashes; `true` for a flag without a value. */
  readonly flags: ReadonlyMap<string, string | true>
}

/** Takes `--flag value`, `--flag=value` and plain arguments apart. Throws {@link UsageError}. */
export function parseArguments(
  args: readonly string[],
  flags: Readonly<Record<string, Flag>>,
  maxPositional: number,
  help: string,
): Arguments {
  const positional: string[] = []
  const given = new Map<string, string | true>()
  for (let at = 0; at < args.length; at++) {
    const argument = args[at]!
    if (!argument.startsWith('-') || argument === '-') {
      positional.push(argument)
      continue
    }
    const [written, inline] = splitOnce(argument)
    const name = written.replace(/^-+/, '')
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined
    if (flag === undefined) {
      const meant = nearest(name, Object.keys(flags))
      throw new UsageError(`${written} is not a flag here${meant ? `; did you mean --${meant}?` : ''}`, help)
    }
    if (flag.value === undefined) {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value`, help)
      given.set(name, true)
      continue
    }
    const value = inline ?? args[++at]
    if (value === undefined || (inline === undefined && value.startsWith('--'))) {
      throw new UsageError(`--${name} needs a value: ${flag.value}`, help)
    }
    given.set(name, value)
  }
  if (positional.length > maxPositional) {
    throw new UsageError(`"${positional[maxPositional]!}" is one argument too many`, help)
  }
  return { positional, flags: given }
}

function splitOnce(argument: string): [string, string | undefined] {
  const at = argument.indexOf('=')
  return at === -1 ? [argument, undefined] : [argument.slice(0, at), argument.slice(at + 1)]
}

/** The help of a verb: how it is written, what it does, its flags. */
export function formatHelp(usage: string, about: string, flags: Readonly<Record<string, Flag>>): string {
  const rows = Object.entries({ ...flags, help: { about: 'show this' } as Flag }).map(
    ([name, { value, about }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, about] as const,
  )
  const width = Math.max(...rows.map(([flag]) => flag.length))
  const lines = rows.map(([flag, text]) => `  ${flag.padEnd(width)}  ${text}`)
  return `usage: zoospec ${usage}\n\n${about}\n\n${lines.join('\n')}\n`
}
