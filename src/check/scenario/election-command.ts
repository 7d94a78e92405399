/**
 * The commands of the election's scenario files. One line each; servers by sid.
 *
 *     ensemble 1 2 3                 the voters; the first command
 *     observers 4 5
 *     weights 1=3 2=1 3=1            weights without groups
 *     groups 1,2,3 4,5,6             groups; weights stand before
 *     capacity 2                     how many notifications a channel holds; 1 unless said
 *     has 3 zxid=9 epoch=1           what a server has when it next looks
 *     start 1 2                      also crash, settle, resend, look (gives up what it has settled on)
 *     deliver 1->2 3->2              the next notification from 1 to 2, then from 3 to 2
 *     deliver to 2                   what waits for 2 now
 *     deliver                        everything, until nothing is under way
 *     lose 1->2                      what is under way from 1 to 2 is lost
 *     establish 2                    a quorum has accepted the leader's epoch
 */
import type { Sid } from '../../../spec/quorum/quorum.js'

/** From whom, to whom. */
export interface Link {
  readonly from: Sid
  readonly to: Sid
}

export type ElectionCommand =
  | { readonly type: 'ensemble' | 'observers'; readonly sids: readonly Sid[] }
  | { readonly type: 'weights'; readonly weights: ReadonlyMap<Sid, number> }
  | { readonly type: 'groups'; readonly groups: readonly (readonly Sid[])[] }
  | { readonly type: 'capacity'; readonly capacity: number }
  | { readonly type: 'has'; readonly sid: Sid; readonly zxid?: number; readonly epoch?: number }
  | { readonly type: 'start' | 'crash' | 'look' | 'establish'; readonly sids: readonly Sid[] }
  | { readonly type: 'settle' | 'resend'; readonly sids: readonly Sid[] }
  | { readonly type: 'deliver' | 'lose'; readonly links: readonly Link[] }
  | { readonly type: 'deliverTo'; readonly sid: Sid }
  | { readonly type: 'deliverAll' }

/** A line that isn't a command. */
export class ElectionCommandError extends Error {
  override readonly name = 'ElectionCommandError'
}

/** Reads a line. Throws {@link ElectionCommandError}. */
export function parseElectionCommand(line: string): ElectionCommand {
  const [verb, ...words] = line.split(/\s+/)
  switch (verb) {
    case 'ensemble':
    case 'observers':
    case 'start':
    case 'crash':
    case 'settle':
    case 'resend':
    case 'look':
    case 'establish':
      return { type: verb, sids: words.map(number) }
    case 'weights':
      return { type: verb, weights: new Map(words.map(pair)) }
    case 'groups':
      return { type: verb, groups: words.map((word) => word.split(',').map(number)) }
    case 'capacity':
      return { type: verb, capacity: number(words[0]) }
    case 'has':
      return { type: verb, sid: number(words[0]), ...options(words.slice(1)) }
    case 'lose':
      return { type: verb, links: words.map(link) }
    case 'deliver':
      if (words.length === 0) return { type: 'deliverAll' }
      if (words[0] === 'to') return { type: 'deliverTo', sid: number(words[1]) }
      return { type: verb, links: words.map(link) }
    default:
      throw new ElectionCommandError(`"${line}" is no command of an election`)
  }
}

function link(word: string): Link {
  const [from, to] = word.split('->')
  return { from: number(from), to: number(to) }
}

function pair(word: string): [Sid, number] {
  const [key, value] = word.split('=')
  return [number(key), number(value)]
}

function options(words: readonly string[]): { zxid?: number; epoch?: number } {
  const given = new Map(words.map((word) => word.split('=') as [string, string | undefined]))
  for (const key of given.keys()) {
    if (key !== 'zxid' && key !== 'epoch') throw new ElectionCommandError(`a server has no ${key}`)
  }
  return {
    ...(given.has('zxid') ? { zxid: number(given.get('zxid')) } : {}),
    ...(given.has('epoch') ? { epoch: number(given.get('epoch')) } : {}),
  }
}

function number(text: string | undefined): number {
  const value = Number(text)
  if (text === undefined || text === '' || !Number.isInteger(value))
    throw new ElectionCommandError(`"${text ?? ''}" is no whole number`)
  return value
}
