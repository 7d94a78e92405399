/**
 * Runs the comparison against a workspace and says which test noticed, from ava's TAP.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** What the suite made of a build. */
export type Verdict =
  | { readonly outcome: 'passed'; readonly tests: number; readonly seconds: number }
  | { readonly outcome: 'failed'; readonly by: string; readonly seconds: number }
  | { readonly outcome: 'hung'; readonly seconds: number }
  /** The tests could not start: nothing can be said of the build. */
  | { readonly outcome: 'broken'; readonly why: string; readonly seconds: number }

/** How the suite runs. */
export interface SuiteOptions {
  /** Test files, as globs relative to the workspace. */
  readonly files: readonly string[]
  /** After this long the build counts as hung. */
  readonly seconds: number
}

/** The first test that a TAP stream says is not ok. */
export function firstFailure(tap: string): string | undefined {
  const line = /^not ok \d+ - (.*)$/m.exec(tap)
  return line?.[1]?.replace(/ # (TODO|SKIP).*$/, '')
}

/** How many tests a TAP stream says are ok, skipped ones left out. */
export function passes(tap: string): number {
  return tap.split('\n').filter((line) => /^ok \d+/.test(line) && !/# (SKIP|TODO)/i.test(line)).length
}

/** Runs the suite in a workspace. */
export function runSuite(folder: string, options: SuiteOptions): Promise<Verdict> {
  const began = performance.now()
  const seconds = () => Math.round((performance.now() - began) / 100) / 10
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [join(folder, 'node_modules/ava/entrypoints/cli.mjs'), '--tap', '--fail-fast', ...options.files],
      {
        cwd: folder,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ZOOSPEC_MUTANT: '1' },
      },
    )
    let out = ''
    let err = ''
    let hung = false
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    // The whole group: a test may have servers of its own running.
    const kill = () => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    const timer = setTimeout(() => {
      hung = true
      kill()
    }, options.seconds * 1000)
    child.on('close', (code) => {
      clearTimeout(timer)
      kill()
      const by = firstFailure(out)
      if (by !== undefined) resolve({ outcome: 'failed', by, seconds: seconds() })
      else if (hung) resolve({ outcome: 'hung', seconds: seconds() })
      else if (code === 0 && passes(out) > 0)
        resolve({ outcome: 'passed', tests: passes(out), seconds: seconds() })
      else resolve({ outcome: 'broken', why: (err || out).trim().slice(0, 2000), seconds: seconds() })
    })
  })
}
