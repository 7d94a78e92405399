/** What a request comes to whose record can't be read, or whose path is null. Carries WIRE-42, WIRE-45, WIRE-56, SERVICE-39. */
import { ErrorCode, OpCode } from '../../spec/vocabulary/index.js'
import type { Outcome } from './database.js'

/** An outcome that is known without a look at the tree. */
export interface MalformedOutcome extends Outcome {
  /** Whether a write has a zxid all the same. */
  readonly takesZxid: boolean
}

const marshalling: MalformedOutcome = { err: ErrorCode.MarshallingError, takesZxid: true }
const badArguments: MalformedOutcome = { err: ErrorCode.BadArguments, takesZxid: true }
const withoutZxid: MalformedOutcome = { err: ErrorCode.MarshallingError, takesZxid: false }

const nullPaths: ReadonlyMap<number, MalformedOutcome> = new Map<number, MalformedOutcome>([
  [OpCode.setData, badArguments],
  [OpCode.setACL, badArguments],
  [OpCode.check, badArguments],
  [OpCode.sync, { err: ErrorCode.Ok, result: { op: 'sync', path: null }, takesZxid: false }],
  [OpCode.addWatch, { err: ErrorCode.Ok, result: { op: 'addWatch' }, takesZxid: false }],
  [OpCode.removeWatches, { err: ErrorCode.NoWatcher, takesZxid: false }],
  [OpCode.multi, withoutZxid],
])

/** What a malformed request of a type comes to. */
export function malformedOutcome(type: number, isPathNull: boolean): MalformedOutcome {
  if (isPathNull) return nullPaths.get(type) ?? marshalling
  return type === OpCode.reconfig ? withoutZxid : marshalling
}
