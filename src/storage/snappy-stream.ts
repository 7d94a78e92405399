/**
 * The stream of snappy-java, in which Apache writes snapshots: a header of 16 bytes, then blocks, each behind its
 * compressed length. It is not snappy's own framing format.
 */
import type { Compression } from '../platform/compression.js'

/** 0x82 `SNAPPY` 0, then two versions of 4 bytes: this one's, and the oldest that can read it. */
const magic = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
export const snappyHeader = Buffer.concat([magic, Buffer.from([0, 0, 0, 1, 0, 0, 0, 1])])
/** Uncompressed bytes of a block, as snappy-java makes them. */
const blockSize = 32 * 1024

/** Bytes as blocks of a stream; its header stands before the first. */
export function snappyBlocks(bytes: Buffer, { compressBlock }: Compression): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length; at += blockSize) {
    const block = compressBlock(bytes.subarray(at, at + blockSize))
    const length = Buffer.alloc(4)
    length.writeInt32BE(block.length)
    parts.push(length, block)
  }
  return Buffer.concat(parts)
}

/** What a stream holds. Throws for one that is cut, or is none. */
export function readSnappyStream(stored: Buffer, { uncompressBlock }: Compression): Buffer {
  if (!stored.subarray(0, magic.length).equals(magic))
    throw new Error('it does not begin as a snappy stream does')
  const parts: Buffer[] = []
  for (let at = snappyHeader.length; at < stored.length;) {
    const length = at + 4 <= stored.length ? stored.readInt32BE(at) : -1
    const end = at + 4 + length
    if (length < 0 || end > stored.length) throw new Error('its snappy stream is cut')
    parts.push(uncompressBlock(stored.subarray(at + 4, end)))
    at = end
  }
  return Buffer.concat(parts)
}
