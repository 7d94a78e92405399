/** Runs Apache's own server, as Debian packages it, on a folder; and tells a server's whole tree, whoever runs it. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Client } from '../../src/client/client.js'
import { connectClient } from '../../src/runtime/client-socket.js'

export const apacheJar = '/usr/share/java/zookeeper.jar'
const java = '/usr/bin/java'

/** Whether there is an Apache server to run. */
export const isApacheInstalled = existsSync(apacheJar) && existsSync(java)

/** Apache's server ended instead of serving. */
export class ApacheRefuses extends Error {}

/** Starts Apache's server on a data directory, of an ensemble with `standaloneEnabled=false`; gives its port and what stops it. */
export async function startApache(
  dataDir: string,
  settings: readonly string[] = [],
): Promise<{ port: number; stop(): Promise<void> }> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'zoospec-apache-'))
  const file = join(folder, 'zoo.cfg')
  const lines = [
    'tickTime=500',
    `dataDir=${dataDir}`,
    `clientPort=${port}`,
    'clientPortAddress=127.0.0.1',
    'admin.enableServer=false',
    ...settings,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  const isMember = settings.includes('standaloneEnabled=false')
  const main = `org.apache.zookeeper.server.${isMember ? 'quorum.QuorumPeerMain' : 'ZooKeeperServerMain'}`
  const child = spawn(java, ['-cp', apacheJar, main, file], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  let hasEnded = false
  void ended.then(() => (hasEnded = true))
  try {
    await untilServing(port, () => hasEnded)
  } catch (error) {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return {
    port,
    async stop() {
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/**
 * Waits until a server makes sessions, up to half a minute. Apache's may never answer a handshake that comes while it
 * starts: each attempt has a second.
 */
async function untilServing(port: number, hasEnded: () => boolean): Promise<void> {
  const until = Date.now() + 30_000
  while (Date.now() < until) {
    if (hasEnded()) throw new ApacheRefuses()
    const wait = new Promise<undefined>((resolve) => setTimeout(resolve, 1000, undefined))
    const client = await Promise.race([connectClient({ port }).catch(() => undefined), wait])
    if (client !== undefined) return client.close()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`nothing serves on ${port}`)
}

/** Every znode of a server with its data, Stat and ACL. */
export async function wholeTree(port: number): Promise<Record<string, unknown>> {
  const client = await connectClient({ port })
  const auth = Buffer.from('ann:secret')
  await client.request({ op: 'auth', authType: 0, scheme: 'digest', auth }, -4)
  const tree: Record<string, unknown> = {}
  await walk(client, '/', tree)
  await client.close()
  return tree
}

async function walk(client: Client, path: string, tree: Record<string, unknown>): Promise<void> {
  const data = await client.request({ op: 'getData', path, watch: false })
  const acl = await client.request({ op: 'getACL', path })
  const children = await client.request({ op: 'getChildren', path, watch: false })
  tree[path] = [data.err, data.result, acl.err, acl.result]
  if (children.result?.op !== 'getChildren') return
  for (const name of [...children.result.children].sort()) {
    await walk(client, path === '/' ? `/${name}` : `${path}/${name}`, tree)
  }
}
