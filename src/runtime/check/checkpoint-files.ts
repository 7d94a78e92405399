/**
 * A run kept in a directory, to go on from later. `checkpoint.json` names the other files of its generation and is renamed
 * into place when they are on the disk: a crash while writing leaves the checkpoint before.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import {
  batchLines,
  batchOf,
  CheckpointError,
  type Identity,
  isOfAnotherGeneration,
  type Manifest,
  manifestName,
  manifestOf,
  readManifest,
  requireSameRun,
  type Saved,
} from '../../check/engine/checkpoint-format.js'
import type { StateBatch } from '../../check/engine/state-batch.js'
import { Visited } from '../../check/engine/visited.js'

const pieceBytes = 1 << 26

/** Writes a checkpoint over the one before, whole or not at all. */
export function writeCheckpoint(directory: string, saved: Saved): void {
  fs.mkdirSync(directory, { recursive: true })
  const generation = (manifestIn(directory)?.generation ?? 0) + 1
  const file = (name: string) => join(directory, `${name}.${generation}`)
  const { visited, waiting, found, edges } = saved
  writeFile(file('table'), [bytesOf(visited.words)])
  writeFile(file('edges'), edges.map(bytesOf))
  waiting.forEach((batch, at) => writeBatch(file(`waiting-${at}`), batch))
  found.forEach((batch, at) => writeBatch(file(`found-${at}`), batch))
  writeFile(file(manifestName), [Buffer.from(JSON.stringify(manifestOf(saved, generation)))])
  fs.renameSync(file(manifestName), join(directory, manifestName))
  removeOthers(directory, generation)
}

/**
 * Reads a checkpoint, its table into memory that threads may share. Throws a {@link CheckpointError} when there is none, when
 * it is damaged, and when it is of another model, other bounds or other settings than `identity`.
 */
export function readCheckpoint(directory: string, identity: Identity, shared: boolean): Saved {
  const manifest = manifestIn(directory)
  if (manifest === null) throw new CheckpointError(`${directory} holds no checkpoint`)
  requireSameRun(directory, manifest.identity, identity)
  const file = (name: string) => join(directory, `${name}.${manifest.generation}`)
  const { tableBytes } = manifest
  const table = new Int32Array(shared ? new SharedArrayBuffer(tableBytes) : new ArrayBuffer(tableBytes))
  const edges = manifest.edgeWords.map((length) => new Int32Array(length))
  readFile(file('table'), [bytesOf(table)])
  readFile(file('edges'), edges.map(bytesOf))
  const batches = (name: string, count: number) =>
    Array.from({ length: count }, (_, at) => readBatch(file(`${name}-${at}`)))
  return {
    identity,
    standing: manifest.standing,
    visited: new Visited(table.buffer),
    waiting: batches('waiting', manifest.waiting),
    found: batches('found', manifest.found),
    edges,
  }
}

function manifestIn(directory: string): Manifest | null {
  const path = join(directory, manifestName)
  return fs.existsSync(path) ? readManifest(fs.readFileSync(path, 'utf8'), path) : null
}

function writeBatch(path: string, batch: StateBatch): void {
  writeFile(`${path}-rows`, [bytesOf(batch.rows)])
  writeFile(
    `${path}-texts`,
    batchLines(batch).map((text) => Buffer.from(text)),
  )
}

function readBatch(path: string): StateBatch {
  const bytes = readWhole(`${path}-rows`)
  const rows = new Int32Array(bytes.byteLength / 4)
  bytesOf(rows).set(bytes)
  return batchOf(readWhole(`${path}-texts`).toString(), rows)
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
    if (isOfAnotherGeneration(name, generation)) fs.rmSync(join(directory, name))
  }
}
