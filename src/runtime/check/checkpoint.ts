/**
 * A run kept in a directory, to go on from later. `checkpoint.json` names the other files of its generation and is renamed
 * into place when they are on the disk: a crash while writing leaves the checkpoint before. Files, and so node:fs.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { canonical } from '../../check/canonical.js'
import type { ModelRequest } from '../../check/counterexample.js'
import type { Finding } from '../../check/findings.js'
import { InputError } from '../../check/input-error.js'
import type { Parcel } from '../../check/parcel.js'
import type { Digests } from './source-digest.js'
import { Visited } from '../../check/visited.js'

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
  readonly waiting: readonly Parcel[]
  readonly found: readonly Parcel[]
  readonly edges: readonly Int32Array[]
}

/** A checkpoint that isn't there, isn't whole, or is of another run: what was found and what was expected. */
export class CheckpointError extends InputError {
  override readonly name = 'CheckpointError'
}

interface Manifest {
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
const manifestName = 'checkpoint.json'
const pieceBytes = 1 << 26

/** Writes a checkpoint over the one before, whole or not at all. */
export function writeCheckpoint(directory: string, saved: Saved): void {
  fs.mkdirSync(directory, { recursive: true })
  const generation = (readManifest(directory)?.generation ?? 0) + 1
  const file = (name: string) => join(directory, `${name}.${generation}`)
  const { identity, standing, visited, waiting, found, edges } = saved
  writeFile(file('table'), [bytesOf(visited.words)])
  writeFile(file('edges'), edges.map(bytesOf))
  waiting.forEach((parcel, at) => writeParcel(file(`waiting-${at}`), parcel))
  found.forEach((parcel, at) => writeParcel(file(`found-${at}`), parcel))
  const manifest: Manifest = {
    format,
    generation,
    identity,
    standing,
    tableBytes: visited.buffer.byteLength,
    waiting: waiting.length,
    found: found.length,
    edgeWords: edges.map(({ length }) => length),
  }
  writeFile(file(manifestName), [Buffer.from(JSON.stringify(manifest))])
  fs.renameSync(file(manifestName), join(directory, manifestName))
  removeOthers(directory, generation)
}

/**
 * Reads a checkpoint, its table into memory that threads may share. Throws a {@link CheckpointError} when there is none, when
 * it is damaged, and when it is of another model, other bounds or other settings than `identity`.
 */
export function readCheckpoint(directory: string, identity: Identity, shared: boolean): Saved {
  const manifest = readManifest(directory)
  if (manifest === null) throw new CheckpointError(`${directory} holds no checkpoint`)
  compare(directory, manifest.identity, identity)
  const file = (name: string) => join(directory, `${name}.${manifest.generation}`)
  const { tableBytes } = manifest
  const table = new Int32Array(shared ? new SharedArrayBuffer(tableBytes) : new ArrayBuffer(tableBytes))
  const edges = manifest.edgeWords.map((length) => new Int32Array(length))
  readFile(file('table'), [bytesOf(table)])
  readFile(file('edges'), edges.map(bytesOf))
  const parcels = (name: string, count: number) =>
    Array.from({ length: count }, (_, at) => readParcel(file(`${name}-${at}`)))
  return {
    identity,
    standing: manifest.standing,
    visited: new Visited(table.buffer),
    waiting: parcels('waiting', manifest.waiting),
    found: parcels('found', manifest.found),
    edges,
  }
}

/** Throws when a checkpoint is of another run, saying what differs. */
function compare(
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

function readManifest(directory: string): Manifest | null {
  const path = join(directory, manifestName)
  if (!fs.existsSync(path)) return null
  const manifest = parse(path, fs.readFileSync(path, 'utf8')) as Partial<Manifest>
  if (manifest.format !== format)
    throw new CheckpointError(`${path} has format ${manifest.format}; expected ${format}`)
  return manifest as Manifest
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CheckpointError(`${path} is damaged: it is not JSON`)
  }
}

function writeParcel(path: string, { texts, rows }: Parcel): void {
  writeFile(`${path}-rows`, [bytesOf(rows)])
  const lines = texts.map((ofKind, kind) => ofKind.map((text) => `${kind} ${text}\n`).join(''))
  writeFile(
    `${path}-texts`,
    lines.map((text) => Buffer.from(text)),
  )
}

/** The texts of a parcel are a line each, after the number of their kind. */
function readParcel(path: string): Parcel {
  const texts: string[][] = []
  for (const line of readWhole(`${path}-texts`).toString().split('\n')) {
    const space = line.indexOf(' ')
    if (space !== -1) (texts[Number(line.slice(0, space))] ??= []).push(line.slice(space + 1))
  }
  const bytes = readWhole(`${path}-rows`)
  const rows = new Int32Array(bytes.byteLength / 4)
  bytesOf(rows).set(bytes)
  return { texts: Array.from(texts, (ofKind) => ofKind ?? []), rows }
}

function bytesOf(words: Int32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength)
}

function writeFile(path: string, pieces: readonly Uint8Array[]): void {
  const file = fs.openSync(path, 'w')
  try {
    for (const piece of pieces)
      for (let at = 0; at < piece.byteLength;) at += fs.writeSync(file, piece.subarray(at, at + pieceBytes))
    fs.fsyncSync(file)
  } finally {
    fs.closeSync(file)
  }
}

function readWhole(path: string): Buffer {
  if (!fs.existsSync(path)) throw new CheckpointError(`${path} is missing`)
  return fs.readFileSync(path)
}

/** Fills arrays from a file, which must hold that much and no more. */
function readFile(path: string, into: readonly Uint8Array[]): void {
  const expected = into.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const size = fs.existsSync(path) ? fs.statSync(path).size : -1
  if (size !== expected) throw new CheckpointError(`${path} is damaged: ${size} bytes; expected ${expected}`)
  const file = fs.openSync(path, 'r')
  try {
    for (const piece of into)
      for (let at = 0; at < piece.byteLength;)
        at += fs.readSync(file, piece.subarray(at, at + pieceBytes), { position: null })
  } finally {
    fs.closeSync(file)
  }
}

function removeOthers(directory: string, generation: number): void {
  for (const name of fs.readdirSync(directory)) {
    const ours = /^(table|edges|(waiting|found)-\d+|checkpoint\.json)\.(\d+)(-rows|-texts)?$/.exec(name)
    if (ours !== null && Number(ours[3]) !== generation) fs.rmSync(join(directory, name))
  }
}
