/** What the process and its machine tell of themselves, for the four-letter words. */
import { readdirSync, readFileSync } from 'node:fs'
import { arch, freemem, homedir, hostname, release, totalmem, type, userInfo } from 'node:os'
import type { ProcessInfo } from '../server/outside.js'

const megabyte = 1 << 20
const fallbackDescriptors = { open: -1, max: -1 }

/** The version as tools parse it: the ZooKeeper version that the protocol is, then zoospec's own. */
const version = '3.8.0-zoospec, built on 2026-11-24 00:00 UTC'

function environment(): [string, string][] {
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

/** File descriptors in use and allowed; -1 where the system doesn't tell. */
function fileDescriptors(): { open: number; max: number } {
  try {
    const limit = /Max open files\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'))
    return { open: readdirSync('/proc/self/fd').length, max: limit === null ? -1 : Number(limit[1]) }
  } catch {
    return fallbackDescriptors
  }
}

export const processInfo: ProcessInfo = { id: process.pid, version, environment, fileDescriptors }
