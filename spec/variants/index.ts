/** What the author of a variant imports: `zoospec/variant`. */
export * from './variant.js'
export * from './patch.js'
