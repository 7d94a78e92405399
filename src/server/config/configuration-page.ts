/** Writes `docs/configuration.md` from the table of keys, so that page and server can't disagree. */
import { offeredKeys } from './keys.js'
import { knownKeys } from './known-keys.js'

/** The page, in Markdown. */
export function configurationPage(): string {
  const offered = offeredKeys.map(
    ({ key, expects, default: fallback, about }) => `| \`${key}\` | ${expects} | ${fallback} | ${about} |`,
  )
  const reasons = new Map<string, string[]>()
  for (const { key, prefix, why } of knownKeys) {
    const name = `\`${key}${prefix ? '…' : ''}\``
    reasons.set(why, [...(reasons.get(why) ?? []), name])
  }
  const known = [...reasons].map(([why, keys]) => `- ${why}: ${keys.join(', ')}`)
  return `# Configuration

\`zoospec serve zoo.cfg\` reads a file as Apache ZooKeeper 3.8 does: \`key=value\` lines in the syntax of Java properties.
What Apache takes as a system property \`zookeeper.X\` is written \`X\` or \`zookeeper.X\`. A key that isn't below is named in a
warning, with the nearest one that is; a value that can't be right stops the server, with file, line and what was expected.
This page is printed by \`npx zoospec configuration\`.

| key | value | default | what it says |
| --- | --- | --- | --- |
${offered.join('\n')}

Flags of \`zoospec serve\` go before the file: \`--client-port\`, \`--data-dir\`. Without a file the address is 127.0.0.1.

## Members of an ensemble

A single line \`server.N=HOST:PORT:PORT;CLIENTPORT\` is a server that stands alone, as in Apache: its client port and address
count where \`clientPort\` and \`clientPortAddress\` are not set. More than one line, or an observer's line, is an ensemble: the
server is the member whose number stands in the file \`myid\` in \`dataDir\`. It needs \`initLimit\` and \`syncLimit\`. \`group.N=SID:SID:...\` and \`weight.SID=N\`
weigh votes; without them the majority of participants decides. \`dynamicConfigFile\` is refused: its lines belong in the file.

## Known, and not acted on

These keys of Apache's are read, named in a warning, and change nothing:

${known.join('\n')}
`
}
