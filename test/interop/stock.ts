/** Runs stock clients against a server of ours: a program, its input, what it printed. */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { service } from '../../spec/service/standard-service.js'
import { startServer, type StartOptions } from '../../src/runtime/server.js'
import type { RunningServer } from '../../src/server/server.js'
import { validateTrace } from '../../src/conform/check-trace.js'
import { lineTracer } from '../../src/trace/trace-codec.js'
import { explain } from '../../src/conform/format-rejection.js'

/** What a program came to. */
export interface Outcome {
  readonly code: number | null
  /** Standard output and standard error, as they came. */
  readonly output: string
}

/** Runs a program to its end; `input` is written line by line, a number in it is a pause in milliseconds. */
export function run(
  command: string,
  args: readonly string[],
  input: readonly (string | number)[] = [],
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
    child.stderr.on('data', (bytes: Buffer) => (output += bytes.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
    child.stdin.on('error', () => {}) // a program may end before it has read everything
    void (async () => {
      for (const part of input) {
        if (typeof part === 'number') await new Promise((wake) => setTimeout(wake, part))
        else child.stdin.write(`${part}\n`)
      }
      child.stdin.end()
    })()
  })
}

/** A server whose doings are kept. */
export type TracedServer = RunningServer & { readonly trace: readonly string[] }

/**
 * A server for one test, on a free port and a folder of its own, stopped and removed when the test ends. What it does is
 * traced; {@link assertAllowed} says whether the rules allow it.
 */
export async function serverFor(
  t: ExecutionContext,
  options: Partial<StartOptions> = {},
): Promise<TracedServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'zoospec-interop-'))
  const trace: string[] = []
  const tracer = lineTracer('standalone', (line) => trace.push(line))
  const server = await startServer({ port: 0, dataDir, tracer, ...options })
  t.teardown(async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return Object.assign(server, { trace })
}

/** Stops a server and replays what it did on the specification, which must allow every event. */
export async function assertAllowed(t: ExecutionContext, server: TracedServer): Promise<void> {
  await server.stop()
  const { rejection } = await validateTrace(service, server.trace)
  t.is(rejection, undefined, rejection === undefined ? '' : explain(rejection))
}

/** The Python whose kazoo the tests use, if there is one. */
export const python = ['/usr/bin/python3'].find(
  (path) => existsSync(path) && spawnSync(path, ['-c', 'import kazoo']).status === 0,
)

/** Apache's Java command line, if it is installed. */
export const zkCli = ['/usr/share/zookeeper/bin/zkCli.sh'].find((path) => existsSync(path))

/** The C client's command line, if it is installed. */
export const cliMt = ['/usr/lib/zookeeper/bin/cli_mt', '/usr/bin/cli_mt'].find((path) => existsSync(path))
