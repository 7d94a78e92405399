/** The names of Apache's files: `log.<zxid>` and `snapshot.<zxid>`, the zxid in hexadecimal. */
import type { Zxid } from '../../spec/vocabulary/index.js'

/** The folder below `dataDir` and `dataLogDir` that the files are in. */
export const versionFolder = 'version-2'

export type FileKind = 'log' | 'snapshot'

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

/** A folder's files of a kind with their zxids, oldest first. */
export function sorted(kind: FileKind, names: readonly string[]): { name: string; zxid: Zxid }[] {
  return names
    .flatMap((name) => {
      const zxid = zxidOf(kind, name)
      return zxid === undefined ? [] : [{ name, zxid }]
    })
    .sort((a, b) => (a.zxid < b.zxid ? -1 : a.zxid > b.zxid ? 1 : 0))
}

/** The logs that may hold transactions after a snapshot: from the last that starts at or before it. */
export function logsAfter(logs: readonly { name: string; zxid: Zxid }[], snapshot: Zxid) {
  let first = 0
  logs.forEach(({ zxid }, index) => {
    if (zxid <= snapshot + 1n) first = index
  })
  return logs.slice(first)
}
