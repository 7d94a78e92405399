/** What the world of the election's network does, as data and in words. */
import type { Sid } from '../quorum/quorum.js'

/** A step of the world: what a trace keeps. Processes by number, from 0. */
export type ElectionWorldAction =
  | { readonly type: 'start' | 'crash' | 'look' | 'lapse' | 'establish'; readonly process: number }
  | { readonly type: 'deliver'; readonly from: number; readonly process: number }

/** One line. */
export function formatAction(action: ElectionWorldAction, sids: readonly Sid[]): string {
  const sid = sids[action.process]
  switch (action.type) {
    case 'deliver':
      return `server ${sid} takes a notification from server ${sids[action.from]}`
    case 'start':
      return `server ${sid} starts`
    case 'crash':
      return `server ${sid} crashes`
    case 'look':
      return `server ${sid} gives up what it has settled on`
    case 'lapse':
      return `server ${sid} loses touch with a leader that leads`
    case 'establish':
      return `the epoch of server ${sid} is established`
  }
}
