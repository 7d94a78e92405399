/** Compressed snapshots by this process's libraries. Snappy's is loaded where a snapshot asks for it. */
import { createRequire } from 'node:module'
import type * as SnappyModule from 'snappy'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { Compression } from '../platform/compression.js'

type Snappy = typeof SnappyModule

let loaded: Snappy | undefined

function snappy(): Snappy {
  loaded ??= createRequire(import.meta.url)('snappy') as Snappy
  return loaded
}

export const nodeCompression: Compression = {
  gzip: (bytes) => gzipSync(bytes),
  gunzip: (bytes) => gunzipSync(bytes),
  compressBlock: (bytes) => snappy().compressSync(Buffer.from(bytes)),
  uncompressBlock: (bytes) => Buffer.from(snappy().uncompressSync(Buffer.from(bytes))),
}
