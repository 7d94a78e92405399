/**
 * What a checkpoint holds of a run, and its form: a manifest in JSON that names the files of its generation, a table and
 * edges as words, batches of states as words and lines. Writing and reading the files is the runtime's.
 */
import type { ModelRequest } from '../model/counterexample.js'
import type { Finding } from '../model/findings.js'
import { InputError } from '../model/input-error.js'
import { canonical } from '../values/canonical.js'
import type { StateBatch } from './state-batch.js'
import type { Visited } from './visited.js'

/** By path: the digest of a file's text; `missing` where there is none. */
export type Digests = Readonly<Record<string, string>>

/** What a checkpoint must have in common with the run that goes on from it. */
export interface Identity {
  readonly request: ModelRequest
  /** The files that the request names, and what these import. */
  readonly files: Digests
  /** The space: its name, its slots, the fingerprints of its initial states. */
  readonly space: string
  readonly reductions: readonly string[]
  readonly fingerprintBits: number
  readonly liveness: boolean
}

/** Counters and findings of a run. */
export interface Standing {
  readonly generated: number
  readonly distinct: number
  readonly seconds: number
  readonly levels: readonly number[]
  readonly findings: readonly Finding[]
}

/** All of a run between two of its steps. */
export interface Saved {
  readonly identity: Identity
  readonly standing: Standing
  readonly visited: Visited
  /** States of the level that still wait, and states of the next. */
  readonly waiting: readonly StateBatch[]
  readonly found: readonly StateBatch[]
  readonly edges: readonly Int32Array[]
}

/** A checkpoint that isn't there, isn't whole, or is of another run: what was found and what was expected. */
export class CheckpointError extends InputError {
  override readonly name = 'CheckpointError'
}

export interface Manifest {
  readonly format: typeof format
  readonly generation: number
  readonly identity: Identity
  readonly standing: Standing
  readonly tableBytes: number
  readonly waiting: number
  readonly found: number
  readonly edgeWords: readonly number[]
}

/** 2: with the digests of files. */
const format = 'zoospec-checkpoint/2'

export const manifestName = 'checkpoint.json'

export function manifestOf(
  { identity, standing, visited, waiting, found, edges }: Saved,
  generation: number,
): Manifest {
  return {
    format,
    generation,
    identity,
    standing,
    tableBytes: visited.buffer.byteLength,
    waiting: waiting.length,
    found: found.length,
    edgeWords: edges.map(({ length }) => length),
  }
}

/** Reads a manifest's text. Throws a {@link CheckpointError} that names its path when it is none. */
export function readManifest(text: string, path: string): Manifest {
  const manifest = parse(text, path) as Partial<Manifest>
  if (manifest.format !== format)
    throw new CheckpointError(`${path} has format ${manifest.format}; expected ${format}`)
  return manifest as Manifest
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CheckpointError(`${path} is damaged: it is not JSON`)
  }
}

/** Throws when a checkpoint is of another run, saying what differs. */
export function requireSameRun(
  directory: string,
  { files, ...found }: Identity,
  { files: now, ...expected }: Identity,
): void {
  for (const name of Object.keys(expected) as (keyof typeof expected)[]) {
    const [has, wants] = [canonical(found[name]), canonical(expected[name])]
    if (has !== wants)
      throw new CheckpointError(`the checkpoint in ${directory} has ${name} ${has}; this run has ${wants}`)
  }
  const changed = Object.keys({ ...files, ...now }).filter((path) => files[path] !== now[path])
  if (changed.length > 0)
    throw new CheckpointError(
      `the checkpoint in ${directory} is of other contents of ${changed.join(', ')}: what was visited may be wrong now. ` +
        'Put back what was there, or begin anew: without --resume, or with another folder',
    )
}

/** A batch's texts, a piece a kind: a line each, after the number of their kind. */
export function batchLines({ texts }: StateBatch): readonly string[] {
  return texts.map((ofKind, kind) => ofKind.map((text) => `${kind} ${text}\n`).join(''))
}

export function batchOf(lines: string, rows: Int32Array): StateBatch {
  const texts: string[][] = []
  for (const line of lines.split('\n')) {
    const space = line.indexOf(' ')
    if (space !== -1) (texts[Number(line.slice(0, space))] ??= []).push(line.slice(space + 1))
  }
  return { texts: Array.from(texts, (ofKind) => ofKind ?? []), rows }
}

/** Whether a file of a checkpoint's directory is of another generation than one. */
export function isOfAnotherGeneration(name: string, generation: number): boolean {
  const ours = /^(table|edges|(waiting|found)-\d+|checkpoint\.json)\.(\d+)(-rows|-texts)?$/.exec(name)
  return ours !== null && Number(ours[3]) !== generation
}
