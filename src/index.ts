/**
 * zoospec's public API.
 * @module
 */
export * from '../spec/vocabulary/index.js'
