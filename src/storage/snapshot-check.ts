/** Whether a start could read a snapshot: its checksum is looked at, a piece a turn, so that others work in between. */
import { type Clock, nextTurn } from '../platform/clock.js'
import type { Compression } from '../platform/compression.js'
import { adler32 } from './adler32.js'
import type { Disk, ReadFile } from './disk.js'
import { methodOf, uncompressed } from './snapshot-compression.js'
import { isSealed, isSnapshotHeader, sealSize } from './snapshot-format.js'

/** Bytes that are read at a time. */
const pieceSize = 1 << 20

export interface SnapshotCheck {
  readonly disk: Disk
  readonly clock: Clock
  readonly compression: Compression
}

export async function isReadableSnapshot(check: SnapshotCheck, path: string): Promise<boolean> {
  const { disk, clock, compression } = check
  if (methodOf(path) !== 'checked') {
    await nextTurn(clock)
    return isReadableCompressed(path, disk.read(path), compression)
  }
  const file = disk.open(path)
  try {
    return await isWhole(file, disk.size(path), clock)
  } finally {
    file.close()
  }
}

function isReadableCompressed(path: string, stored: Buffer, compression: Compression): boolean {
  try {
    const bytes = uncompressed(path, stored, compression)
    const end = Math.max(0, bytes.length - sealSize)
    return isSnapshotHeader(bytes) && isSealed(bytes.subarray(end), adler32(bytes, 0, end))
  } catch {
    return false
  }
}

async function isWhole(file: ReadFile, size: number, clock: Clock): Promise<boolean> {
  const end = size - sealSize
  if (end < 0) return false
  const piece = Buffer.allocUnsafeSlow(pieceSize)
  let checksum = 1
  for (let at = 0; at < end;) {
    await nextTurn(clock)
    const got = file.read(piece, 0, Math.min(pieceSize, end - at), at)
    if (got === 0 || (at === 0 && !isSnapshotHeader(piece.subarray(0, got)))) return false
    checksum = adler32(piece, 0, got, checksum)
    at += got
  }
  const seal = Buffer.alloc(sealSize)
  return file.read(seal, 0, sealSize, end) === sealSize && isSealed(seal, checksum)
}
