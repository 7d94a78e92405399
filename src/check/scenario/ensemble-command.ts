/**
 * The commands of the ensemble's scenario files. One line each; servers by sid.
 *
 *     servers 3                  participants 1, 2, 3; the first commands say what there is
 *     observers 1                and observer 4
 *     history 2                  writes of epoch 1 that all servers have
 *     snap                       every learner is sent a snapshot
 *
 *     elect 3 by 2 3             servers 2 and 3 elect 3 (ENSEMBLE-20)
 *     join 1 to 3                1 learns that 3 leads
 *     deliver 1 to 3             the oldest packet from 1 to 3, or the end of the connection
 *     write 3                    what 3 began to write is on disk
 *     log 3                      the log of 3 takes the oldest waiting transaction
 *     synchronize 1              what 1 lacks goes out to it
 *     synchronize 1 fuzzy 2 3    the same; its snapshot caught writes 2 and 3
 *     request 3                  a client asks 3 for a write
 *     snapshot 3                 3 takes a snapshot
 *     give up 1                  1 gives up its leader, or its leading
 *     crash 2                    also start 2, disk error 2
 *     cut 1 2                    1 and 2 lose each other; heal 1 2
 *
 *     deliver all                every packet, and what comes of it, until nothing is under way
 *     run                        that, and all that servers do by themselves: write, log, synchronize
 *     run 1 3                    the same of 1 and 3, and between them, only
 *     quietly run                any command; of such in a row only what they came to is told
 *     picture discovery          what follows is drawn as `docs/diagrams/flow-discovery.svg`, up to `picture end`
 */
import type { Event } from '../../../spec/ensemble/ensemble-server.js'
import type { WorldAction } from '../../../spec/ensemble/ensemble-world.js'
import type { NetworkAction } from '../model/network.js'

export type EnsembleAction = NetworkAction<Event>

export type EnsembleCommand =
  | { readonly type: 'servers' | 'observers' | 'history'; readonly count: number }
  | { readonly type: 'snap' }
  | { readonly type: 'picture'; readonly name: string }
  | { readonly type: 'quietly'; readonly command: EnsembleCommand }
  | { readonly type: 'deliverAll' }
  /** Processes. */
  | { readonly type: 'run'; readonly among: readonly number[] | null }
  /** One action, by its command: those that a state allows are compared with it. */
  | { readonly type: 'action'; readonly text: string }

/** A line that isn't a command. */
export class EnsembleCommandError extends Error {
  override readonly name = 'EnsembleCommandError'
}

const actionForms = [
  /^elect \d+ by( \d+)+$/,
  /^join \d+ to \d+$/,
  /^deliver \d+ to \d+$/,
  /^synchronize \d+( fuzzy( \d+)+)?$/,
  /^(write|log|request|snapshot|crash|start|give up|disk error) \d+$/,
  /^(cut|heal) \d+ \d+$/,
]

/** Reads a line. Throws {@link EnsembleCommandError}. */
export function parseEnsembleCommand(line: string): EnsembleCommand {
  const text = line.trim().replace(/\s+/g, ' ')
  const [verb = '', ...words] = text.split(' ')
  if (actionForms.some((form) => form.test(text))) return { type: 'action', text }
  if (verb === 'quietly') return { type: verb, command: parseEnsembleCommand(words.join(' ')) }
  if (text === 'deliver all') return { type: 'deliverAll' }
  if (text === 'snap') return { type: 'snap' }
  if (/^picture [a-z-]+$/.test(text)) return { type: 'picture', name: words[0]! }
  if (/^run( \d+)*$/.test(text))
    return { type: 'run', among: words.length === 0 ? null : words.map((word) => Number(word) - 1) }
  if (/^(servers|observers|history) \d+$/.test(text))
    return { type: verb as 'servers' | 'observers' | 'history', count: Number(words[0]) }
  throw new EnsembleCommandError(`"${line}" is no command of an ensemble`)
}

/** An action as its command; the other way around than reading it. Null for what has none: no scenario needs it. */
export function commandOf(action: EnsembleAction): string | null {
  if (action.kind === 'deliver') return `deliver ${action.from + 1} to ${action.to + 1}`
  if (action.kind === 'world') return worldCommand(action.action as WorldAction)
  const { process, event } = action
  if (event.type === 'WRITE') return `write ${process + 1}`
  if (event.type === 'LOG') return `log ${process + 1}`
  if (event.type !== 'SYNCHRONIZED') return null
  const { to, fuzzy } = event
  return `synchronize ${to}${fuzzy.length === 0 ? '' : ` fuzzy ${fuzzy.join(' ')}`}`
}

function worldCommand(action: WorldAction): string {
  switch (action.do) {
    case 'elect':
      return `elect ${action.leader} by ${action.quorum.join(' ')}`
    case 'join':
      return `join ${action.server} to ${action.leader}`
    case 'cut':
    case 'heal':
      return `${action.do} ${action.between.join(' ')}`
    case 'request':
    case 'snapshot':
    case 'give up':
    case 'crash':
    case 'start':
    case 'disk error':
      return `${action.do} ${action.server}`
  }
}
