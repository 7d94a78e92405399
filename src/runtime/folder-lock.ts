/**
 * Claims a folder for as long as this process lives: it listens on a socket in the folder, which the system closes with the
 * process, however that ends. Who claims a folder listens first and looks for others then, so of two that come at the
 * same time one at least sees the other. A socket file on which nobody listens was left by a process that is gone.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, existsSync, openSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { Claim } from '../storage/disk.js'

const claimName = /^server-(\d+)-[0-9a-f]+\.lock$/
/** The longest path that a socket may have on every system. */
const longestPath = 100
const descriptors = '/proc/self/fd'

export async function lockFolder(folder: string): Promise<Claim> {
  const fd = openSync(folder, 'r')
  try {
    const pathOf = (name: string) => socketPath(folder, fd, name)
    const own = `server-${process.pid}-${randomBytes(4).toString('hex')}.lock`
    const server = await listen(pathOf(own))
    const unlock = () => {
      server.close()
      rmSync(join(folder, own), { force: true })
    }
    for (const name of readdirSync(folder)) {
      const [, pid] = claimName.exec(name) ?? []
      if (pid === undefined || name === own) continue
      if (await isHeld(pathOf(name))) {
        unlock()
        return { kind: 'taken', by: `process ${pid}, which listens on ${join(folder, name)}` }
      }
      rmSync(join(folder, name), { force: true })
    }
    return { kind: 'held', unlock }
  } finally {
    closeSync(fd)
  }
}

/** A path that is short enough for a socket: through the folder's descriptor, where its own is too long. */
function socketPath(folder: string, fd: number, name: string): string {
  const path = join(folder, name)
  if (Buffer.byteLength(path) <= longestPath || !existsSync(descriptors)) return path
  return `${descriptors}/${fd}/${name}`
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy())
    server.unref()
    server.once('error', reject)
    server.listen(path, () => resolve(server))
  })
}

function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT')
    })
  })
}
