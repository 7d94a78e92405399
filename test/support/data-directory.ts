/** A data directory for one test: servers that fill it, and what is in it. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { connectClient } from '../../src/runtime/client-socket.js'
import { startServer, type StartOptions } from '../../src/runtime/server.js'
import type { RunningServer } from '../../src/server/server.js'
import { StorageError } from '../../src/storage/errors.js'
import { type FileKind, sorted } from '../../src/storage/names.js'

const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]

export function temporaryFolder(t: ExecutionContext): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-storage-'))
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }))
  return dataDir
}

/** Starts a server on a folder; small files, so that tests read them quickly. */
export function start(
  dataDir: string,
  config: StartOptions['config'] = {},
  options: Partial<StartOptions> = {},
): Promise<RunningServer> {
  return startServer({ dataDir, port: 0, config: { preAllocSizeInKb: 64, ...config }, ...options })
}

/** That a server refuses to start on a folder; gives what it says. */
export async function refused(
  t: ExecutionContext,
  dataDir: string,
  config: StartOptions['config'] = {},
): Promise<string> {
  const outcome = await start(dataDir, config).catch((error: unknown) => error)
  if (outcome instanceof StorageError) return outcome.message
  if (outcome instanceof Error) throw outcome
  await (outcome as RunningServer).kill()
  throw t.fail('the server started')
}

/** Creates znodes, one after the other. */
export async function create(server: RunningServer, names: readonly string[]): Promise<void> {
  const client = await connectClient({ port: server.port })
  for (const name of names) {
    const data = Buffer.from(name)
    const reply = await client.request({ op: 'create', path: `/${name}`, data, acl: open, flags: 0 })
    if (reply.err !== 0) throw new Error(`create /${name}: ${reply.err}`)
  }
  client.destroy()
}

/** Fills a folder with logs, each by a server of its own: a session, then these znodes, without a snapshot between. */
export async function fill(
  dataDir: string,
  runs: readonly (readonly string[])[],
  config: StartOptions['config'] = {},
): Promise<void> {
  for (const names of runs) {
    const server = await start(dataDir, config)
    await create(server, names)
    await server.stop()
  }
}

/** The paths of a folder's files of a kind, oldest first. */
export function filesOf(kind: FileKind, dataDir: string): string[] {
  const version = join(dataDir, 'version-2')
  return sorted(kind, readdirSync(version)).map(({ name }) => join(version, name))
}

/** The paths of the znodes that clients made. */
export function pathsOf(server: RunningServer): string[] {
  const paths = [...server.core.state.tree.entries()].map(([path]) => path)
  return paths.filter((path) => path !== '' && !path.startsWith('/zookeeper')).sort()
}
