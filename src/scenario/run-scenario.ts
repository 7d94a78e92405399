/** Runs a scenario on a world: the lines that follow each block, and where they differ from those recorded. */
import { CommandError, parseCommand } from './scenario-command.js'
import { type Scenario, ScenarioError } from './scenario-file.js'
import { formatSeen } from './format-reply.js'
import type { World } from './scenario-world.js'

/** What followed each block, clients in the order in which the file first names them. Throws {@link ScenarioError}. */
export async function runScenario(scenario: Scenario, world: World): Promise<readonly (readonly string[])[]> {
  const followed: string[][] = []
  const clients: string[] = []
  for (const { commands, line } of scenario.blocks) {
    const parsed = commands.map((text, at) => {
      try {
        return parseCommand(text)
      } catch (error) {
        if (error instanceof CommandError) throw new ScenarioError(line + at, error.message)
        throw error
      }
    })
    for (const command of parsed) {
      if ('client' in command && !clients.includes(command.client)) clients.push(command.client)
    }
    const happened = await world.perform(parsed)
    const lines = clients.flatMap((name) =>
      happened
        .filter(({ client }) => client === name)
        .map(({ seen }) => `${name}: ${formatSeen(seen, world)}`),
    )
    followed.push(lines)
  }
  return followed
}

/** The first block that came out differently than recorded, as text; undefined when there is none. */
export function firstDifference(
  scenario: Scenario,
  followed: readonly (readonly string[])[],
): string | undefined {
  for (const [at, { recorded, commands, line }] of scenario.blocks.entries()) {
    if (recorded !== undefined && recorded.join('\n') === followed[at]!.join('\n')) continue
    const was = recorded === undefined ? ['(nothing recorded yet)'] : recorded
    return [
      `line ${line}:`,
      ...commands.map((command) => `  ${command}`),
      'recorded:',
      ...was.map((each) => `- ${each}`),
      'now:',
      ...followed[at]!.map((each) => `+ ${each}`),
    ].join('\n')
  }
  return undefined
}
