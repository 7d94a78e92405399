/**
 * Bytes that are not what the protocol says they should be.
 */
import { ErrorCode } from '../../spec/vocabulary/index.js'

/** What was found, what was expected, and at which byte of the record. */
export class MarshallingError extends Error {
  override readonly name = 'MarshallingError'
  readonly code = ErrorCode.MarshallingError

  constructor(
    readonly offset: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`at byte ${offset}: expected ${expected}, found ${found}`)
  }
}
