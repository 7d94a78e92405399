/** How a cut of a learner's log ended (BROADCAST-41). */
import type { Zxid } from '../../spec/vocabulary/index.js'

/** What became of `truncate`. */
export type Truncated =
  /** The last zxid that the disk has now. */
  | { readonly isCut: true; readonly lastZxid: Zxid }
  /** A snapshot is later than the zxid: nothing was changed. */
  | { readonly isCut: false }
