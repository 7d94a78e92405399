/** The layout library, as an ES module's import gets it: its types call the class a default export, its module is the class. */
import { createRequire } from 'node:module'
import type { ELK } from 'elkjs/lib/elk-api.js'

export type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'

/** ELK, run in this thread. */
export const Elk = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as new () => ELK
