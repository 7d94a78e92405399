/**
 * The words that the spec and the implementation share: names, numbers and plain types. No behaviour.
 * @module
 */
export * from './opcodes.js'
export * from './errors.js'
export * from './records.js'
export * from './requests.js'
export * from './replies.js'
