/** The names of Apache's files: `log.<zxid>` and `snapshot.<zxid>`, the zxid in hexadecimal. */
import type { Zxid } from '../../spec/vocabulary/index.js'

/** The folder below `dataDir` and `dataLogDir` that the files are in. */
export const versionFolder = 'version-2'

export type FileKind = 'log' | 'snapshot'

/** A file with the zxid that its name has. */
export interface NamedFile {
  readonly name: string
  readonly zxid: Zxid
}

/** The name of a log that starts with a zxid, or of a snapshot taken at one. */
export function fileName(kind: FileKind, zxid: Zxid): string {
  return `${kind}.${zxid.toString(16)}`
}

/** The zxid in a file's name; undefined when it isn't the name of such a file. */
export function zxidOf(kind: FileKind, name: string): Zxid | undefined {
  const match = /^(log|snapshot)\.([0-9a-f]{1,16})(\.gz|\.snappy)?$/i.exec(name)
  if (match === null || match[1] !== kind || (kind === 'log' && match[3] !== undefined)) return undefined
  return BigInt(`0x${match[2]!}`)
}

/** Names that begin as a snapshot's, and end in a form that is not known here. */
export function unknownSnapshots(names: readonly string[]): string[] {
  return names.filter((name) => /^snapshot\.[\da-f]+\./i.test(name) && zxidOf('snapshot', name) === undefined)
}

/** A folder's files of a kind with their zxids, oldest first. */
export function sorted(kind: FileKind, names: readonly string[]): NamedFile[] {
  return names
    .flatMap((name) => {
      const zxid = zxidOf(kind, name)
      return zxid === undefined ? [] : [{ name, zxid }]
    })
    .sort((a, b) => (a.zxid < b.zxid ? -1 : a.zxid > b.zxid ? 1 : 0))
}

/** The logs that may hold transactions after a snapshot: from the last that starts at or before it. */
export function logsAfter(logs: readonly NamedFile[], snapshot: Zxid): readonly NamedFile[] {
  let first = 0
  logs.forEach(({ zxid }, index) => {
    if (zxid <= snapshot + 1n) first = index
  })
  return logs.slice(first)
}

/** A zxid as it is told. */
export function hex(zxid: Zxid): string {
  return `0x${zxid.toString(16)}`
}

/** Whether nothing is missing between two zxids (SERVICE-20): the next one, or the first of a later epoch. */
export function follows(last: Zxid, next: Zxid): boolean {
  const isLaterEpoch = next >> 32n > last >> 32n
  return next === last + 1n || (isLaterEpoch && (next & 0xffffffffn) <= 1n)
}
