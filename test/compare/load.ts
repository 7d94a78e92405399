/** Random load on a real server, several clients at once, nobody waiting for anybody: what it leaves is a trace. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import type { Client } from '../../src/client/client.js'
import { connectClient } from '../../src/runtime/client-socket.js'
import { startServer } from '../../src/runtime/server.js'
import { lineTracer } from '../../src/trace/trace-codec.js'
import { parseRequest } from '../../src/scenario/scenario-command.js'
import { request } from './commands.js'

/** Runs so many clients, each with bursts of requests; some lose their connections and come back. Gives the trace's lines. */
export async function traceOfLoad(seed: number, clients = 4, bursts = 8, burst = 20): Promise<string[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-load-'))
  const trace: string[] = []
  const server = await startServer({
    port: 0,
    dataDir,
    config: { extendedTypes: true },
    tracer: lineTracer('server', (line) => trace.push(line)),
  })
  try {
    await Promise.all(
      Array.from({ length: clients }, (_, at) => oneClient(server.port, seed * 100 + at, bursts, burst)),
    )
  } finally {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return trace
}

async function oneClient(port: number, seed: number, bursts: number, burst: number): Promise<void> {
  const requests = fc.sample(request, { numRuns: bursts * burst, seed })
  const chances = fc.sample(fc.nat(9), { numRuns: bursts, seed })
  let client: Client | undefined
  for (const chance of chances) {
    if (client === undefined || client.isClosed) client = await connectClient({ port, timeOut: 8000 })
    const replies = requests
      .splice(0, burst)
      .map((text) => client!.request(parseRequest(text)).catch(() => undefined))
    if (chance < 2) {
      if (chance === 0) await replies[0]
      client.destroy() // in the middle of it all
      await client.closed
      client = await connectClient({ port, sessionId: client.sessionId, passwd: client.passwd })
    } else if (chance === 2) {
      void client.request({ op: 'closeSession' }).catch(() => undefined)
      void client
        .request({ op: 'create', path: '/late', data: null, acl: [], flags: 0 })
        .catch(() => undefined)
      await client.closed
    } else if (chance === 3) {
      // A session that moves while its requests are under way.
      client = await connectClient({ port, sessionId: client.sessionId, passwd: client.passwd })
    } else if (chance < 7) {
      await Promise.all(replies)
    } else {
      await sleep(1)
    }
  }
  await client?.request({ op: 'ping' }).catch(() => undefined)
}
