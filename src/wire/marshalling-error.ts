/**
 * Bytes that are not what the protocol says they should be.
 */
import { ErrorCode } from '../../spec/vocabulary/index.js'

/** What was found, what was expected, and at which byte of the record. */
export class MarshallingError extends Error {
  override readonly name: string = 'MarshallingError'
  readonly code = ErrorCode.MarshallingError

  constructor(
    readonly offset: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`at byte ${offset}: expected ${expected}, found ${found}`)
  }
}

/** A request's record that is read well, but for a path that is null: what it comes to depends on the operation (WIRE-45). */
export class NullPathError extends MarshallingError {
  override readonly name = 'NullPathError'

  constructor(offset: number) {
    super(offset, 'a path', 'null')
  }
}
