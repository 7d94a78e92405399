/**
 * The four-letter words: a client that sends four letters instead of a frame gets an answer in text, and the connection ends.
 * Output has Apache 3.8's fields in Apache's form, for the tools that parse it.
 */
import type { Inspection } from './inspection.js'
import { describeConnection, describeServer, hex, javaDate } from './format-answer.js'

/** How a word is answered; `argument` is the 8 bytes that follow `stmk`. */
type Answer = (server: Inspection) => string

const line = (...parts: readonly (string | number | bigint)[]) => parts.join('') + '\n'

/** Every word but `stmk`, which takes an argument. */
export const words: Readonly<Record<string, Answer>> = {
  ruok: () => 'imok',
  isro: () => 'rw',
  srvr: (server) => describeServer(server, false),
  stat: (server) => describeServer(server, true),
  conf: (server) =>
    server
      .configuration()
      .map(([key, value]) => line(key, '=', value))
      .join(''),
  envi: (server) =>
    line('Environment:') +
    server
      .environment()
      .map(([key, value]) => line(key, '=', value))
      .join(''),
  dirs: (server) => {
    const { snapshots, logs } = server.directorySizes()
    return line('datadir_size: ', snapshots) + line('logdir_size: ', logs)
  },
  cons: (server) =>
    server
      .connections()
      .map((connection) => line(describeConnection(connection, false)))
      .join('') + '\n',
  crst: (server) => {
    server.resetConnectionStats()
    return line('Connection stats reset.')
  },
  srst: (server) => {
    server.resetServerStats()
    return line('Server stats reset.')
  },
  wchs: (server) => {
    const { connections, paths, total } = server.watchSummary()
    return line(connections, ' connections watching ', paths, ' paths') + line('Total watches:', total)
  },
  wchc: (server) => listing(server.watchesBySession().map(([session, paths]) => [hex(session), paths])),
  wchp: (server) => listing(server.watchesByPath().map(([path, sessions]) => [path, sessions.map(hex)])),
  dump: (server) => dump(server),
  mntr: (server) =>
    server
      .metrics()
      .map(([key, value]) => line('zk_', key, '\t', value))
      .join(''),
  gtmk: (server) => String(server.traceMask),
}

/** Apache's words that are answered as words that are not allowed: there is no digest of the tree to tell. */
const notOffered: ReadonlySet<string> = new Set(['hash'])

/** Answers `stmk`: takes the mask over and tells it. */
export function setTraceMask(server: Inspection, mask: bigint): string {
  server.traceMask = mask
  return String(mask)
}

/** Whether four bytes are a word, and which. */
export function wordOf(first: number): string | undefined {
  const letters = String.fromCharCode(first >>> 24, (first >>> 16) & 255, (first >>> 8) & 255, first & 255)
  return Object.hasOwn(words, letters) || letters === 'stmk' || notOffered.has(letters) ? letters : undefined
}

/** Whether a configuration lets a word be answered. `srvr` always is: Apache's own scripts need it. */
export function isAllowed(word: string, allowed: readonly string[]): boolean {
  return word === 'srvr' || (!notOffered.has(word) && (allowed.includes('*') || allowed.includes(word)))
}

/** What a word that isn't allowed gets. */
export function notAllowed(word: string): string {
  return line(`${word} is not executed because it is not in the whitelist.`)
}

function listing(entries: readonly (readonly [string, readonly string[]])[]): string {
  return (
    entries.map(([key, values]) => line(key) + values.map((value) => line('\t', value)).join('')).join('') +
    '\n'
  )
}

function dump(server: Inspection): string {
  const sessions = server.sessionsByExpiry()
  const connections = server.connectionsByExpiry()
  const ephemerals = server.ephemerals()
  return [
    line('SessionTracker dump:'),
    'Session ',
    expirySets(sessions.map(([time, ids]) => [time, ids.map(hex)])),
    line('ephemeral nodes dump:'),
    line('Sessions with Ephemerals (', ephemerals.length, '):'),
    ...ephemerals.map(([id, paths]) => line(hex(id), ':') + paths.map((path) => line('\t', path)).join('')),
    line('Connections dump:'),
    'Connections ',
    expirySets(
      connections.map(([time, list]) => [
        time,
        list.map(({ address, sessionId }) => `ip: ${address} sessionId: ${hex(sessionId)}`),
      ]),
    ),
  ].join('')
}

function expirySets(sets: readonly (readonly [number, readonly string[]])[]): string {
  const elements = sets.reduce((sum, [, list]) => sum + list.length, 0)
  return (
    line('Sets (', sets.length, ')/(', elements, '):') +
    sets
      .map(
        ([time, list]) =>
          line(list.length, ' expire at ', javaDate(time), ':') +
          list.map((item) => line('\t', item)).join(''),
      )
      .join('')
  )
}
