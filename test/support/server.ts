/** A server for one test: on a free port, in a folder of its own, with its log lines kept; gone when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { startServer, type StartOptions } from '../../src/runtime/server.js'
import type { RunningServer } from '../../src/server/server.js'

/** One line of the server's log. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

/** Starts a server for a test. `lines` grows with what it logs. */
export async function serveFor(
  t: ExecutionContext,
  options: Partial<StartOptions> = {},
): Promise<{ server: RunningServer; port: number; lines: LogLine[] }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-'))
  const lines: LogLine[] = []
  const log = (level: LogLine['level']) => (fields: LogLine['fields'], message: string) => {
    lines.push({ level, fields, message })
  }
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
  const server = await startServer({ dataDir, port: 0, logger, ...options })
  t.teardown(async () => {
    await server.kill()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return { server, port: server.port, lines }
}
