/** Compressed forms of snapshots, as the process's libraries have them. Each throws for bytes that are not of its form. */
export interface Compression {
  /** One whole gzip member; several behind each other are a file too. */
  gzip(bytes: Uint8Array): Buffer
  /** All members of a file. */
  gunzip(bytes: Uint8Array): Buffer
  /** One block of raw snappy, without a frame. */
  compressBlock(bytes: Uint8Array): Buffer
  uncompressBlock(bytes: Uint8Array): Buffer
}
