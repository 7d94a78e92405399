/**
 * A scenario file: comments, and blocks of commands with what followed them, parted by `----`. A file is prose with
 * examples; what follows a command is written by the run that `--update` asks for, and compared by every other run.
 *
 *     # A session's ephemerals go with it.
 *     a: connect timeout=10000
 *     b: connect
 *     ----
 *     a: connected timeout=10000 zxid=1
 *     b: connected timeout=4000 zxid=2
 *
 * The commands of one block are sent without waiting for replies. A block ends at an empty line.
 */

/** Some commands, and what is recorded to have followed. */
export interface Block {
  /** Comment lines above the commands, with their `#`, and the empty lines between them. */
  readonly above: readonly string[]
  readonly commands: readonly string[]
  /** The number of the first command's line, from 1. */
  readonly line: number
  /** What followed; undefined when the file has no `----` there yet. */
  readonly recorded: readonly string[] | undefined
}

/** A scenario as its file has it. */
export interface Scenario {
  readonly blocks: readonly Block[]
  /** Comments after the last block. */
  readonly below: readonly string[]
}

/** A scenario file that can't be read. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`)
  }
}

const rule = '----'

/** Takes a file apart. Throws {@link ScenarioError}. */
export function parseScenario(text: string): Scenario {
  const lines = text.replace(/\n+$/, '').split('\n')
  const blocks: Block[] = []
  let above: string[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at]!
    if (line.trim() === '' || line.startsWith('#')) {
      above.push(line)
      at++
      continue
    }
    const first = at
    const commands: string[] = []
    while (at < lines.length && lines[at] !== rule && lines[at]!.trim() !== '') {
      const command = lines[at++]!
      if (!command.startsWith('#')) commands.push(command.trim())
    }
    let recorded: string[] | undefined
    if (lines[at] === rule) {
      if (commands.length === 0) throw new ScenarioError(at + 1, 'there is no command above ----')
      recorded = []
      at++
      while (at < lines.length && lines[at]!.trim() !== '') recorded.push(lines[at++]!)
    }
    blocks.push({ above, commands, line: first + 1, recorded })
    above = []
  }
  return { blocks, below: above }
}

/** Puts a file together again, with what followed each block's commands. */
export function formatScenario(
  { blocks, below }: Scenario,
  followed: readonly (readonly string[])[],
): string {
  const lines: string[] = []
  blocks.forEach(({ above, commands }, at) => {
    lines.push(...(at > 0 && above[0] !== '' ? ['', ...above] : above), ...commands, rule, ...followed[at]!)
  })
  lines.push(...below)
  return `${lines.join('\n')}\n`
}
