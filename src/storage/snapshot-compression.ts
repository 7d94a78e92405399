/** How snapshots are compressed (`snapshot.compression.method`): the end of a file's name says it. */
import type { Compression } from '../platform/compression.js'
import { readSnappyStream, snappyBlocks, snappyHeader } from './snappy-stream.js'

/** `checked` is not compressed. */
export type CompressionMethod = 'checked' | 'gz' | 'snappy'

/** What a snapshot's name ends with. */
export function suffixOf(method: CompressionMethod): string {
  return method === 'checked' ? '' : `.${method}`
}

/** The method in the name of a snapshot. */
export function methodOf(name: string): CompressionMethod {
  if (name.endsWith('.gz')) return 'gz'
  return name.endsWith('.snappy') ? 'snappy' : 'checked'
}

/** Compresses a snapshot piece by piece. */
export function* compressed(
  pieces: Iterable<Buffer>,
  method: CompressionMethod,
  compression: Compression,
): Generator<Buffer> {
  if (method === 'snappy') yield snappyHeader
  for (const piece of pieces) {
    if (method === 'checked') yield piece
    else yield method === 'gz' ? compression.gzip(piece) : snappyBlocks(piece, compression)
  }
}

/** A snapshot's bytes, from those of its file. Throws when they are not of the form that its name says. */
export function uncompressed(name: string, stored: Buffer, compression: Compression): Buffer {
  switch (methodOf(name)) {
    case 'checked':
      return stored
    case 'gz':
      return compression.gunzip(stored)
    case 'snappy':
      return readSnappyStream(stored, compression)
  }
}
