/** What `zoospec diagrams --help` says, and the flags the verb takes. */
import { formatHelp, type Flag } from './usage.js'

export const diagramsFlags = {
  out: { value: 'DIR', about: 'folder to write to; made when it is missing' },
  format: {
    value: 'FORMAT',
    about: "svg (default), mermaid (Markdown pages), dot (Graphviz) or json (Stately's tools)",
  },
  only: { value: 'NAME', about: 'one machine, such as spec-session' },
} satisfies Record<string, Flag>

export const diagramsHelp = formatHelp(
  'diagrams --out DIR [--format FORMAT] [--only NAME]',
  'Draws every machine, spec and implementation, from the machine itself: states, transitions with event, guard,\nactions and rule ids.',
  diagramsFlags,
)
