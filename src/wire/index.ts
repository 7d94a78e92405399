/**
 * Bytes: jute, framing, and every record of the client protocol and the log.
 * @module
 */
export * from './marshalling-error.js'
export * from './jute-reader.js'
export * from './jute-writer.js'
export * from './frames.js'
export * from './records.js'
export * from './requests.js'
export * from './replies.js'
export * from './handshake.js'
export * from './transactions.js'
