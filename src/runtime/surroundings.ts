/** What the process and its machine tell of themselves, for the four-letter words. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { arch, freemem, homedir, hostname, release, totalmem, type, userInfo } from 'node:os'
import { join } from 'node:path'
import type { Folders } from './storage/recover.js'

const megabyte = 1 << 20
const fallbackDescriptors = { open: -1, max: -1 }

/** The version as tools parse it: the ZooKeeper version that the protocol is, then zoospec's own. */
export const version = '3.8.0-zoospec, built on 2026-11-24 00:00 UTC'

export function environment(): [string, string][] {
  return [
    ['zookeeper.version', version],
    ['host.name', hostname()],
    ['node.version', process.version],
    ['node.home', process.execPath],
    ['os.name', type()],
    ['os.arch', arch()],
    ['os.version', release()],
    ['user.name', userName()],
    ['user.home', homedir()],
    ['user.dir', process.cwd()],
    ['os.memory.free', `${Math.round(freemem() / megabyte)}MB`],
    ['os.memory.max', `${Math.round(totalmem() / megabyte)}MB`],
    ['os.memory.total', `${Math.round(process.memoryUsage().rss / megabyte)}MB`],
  ]
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return String(process.getuid?.() ?? '')
  }
}

/** The sizes of the folders' files in bytes. */
export function directorySizes({ snapshots, logs }: Folders): { snapshots: number; logs: number } {
  return { snapshots: folderSize(snapshots), logs: folderSize(logs) }
}

function folderSize(folder: string): number {
  let size = 0
  for (const name of readdirSync(folder)) {
    // A file may go between the two calls.
    size += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  }
  return size
}

/** File descriptors in use and allowed; -1 where the system doesn't tell. */
export function fileDescriptors(): { open: number; max: number } {
  try {
    const limit = /Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))
    return { open: readdirSync('/proc/self/fd').length, max: limit === null ? -1 : Number(limit[1]) }
  } catch {
    return fallbackDescriptors
  }
}
