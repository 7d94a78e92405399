/** What a request comes to whose record can't be read as its operation's, or whose path is null: WIRE-42, WIRE-45, WIRE-56. */
import { ErrorCode, OpCode, type Result } from '../vocabulary/index.js'
import type { Malformed } from './service-events.js'

/** An error or, where a null path does no harm, success. */
export interface MalformedOutcome {
  readonly err: number
  readonly result?: Result
  /** Whether a write has its place in the order all the same. */
  readonly takesZxid: boolean
  readonly rule: string
}

const unreadable: MalformedOutcome = { err: ErrorCode.MarshallingError, takesZxid: true, rule: 'SERVICE-39' }
const nullPath = { err: ErrorCode.MarshallingError, takesZxid: true, rule: 'WIRE-45' }

/** Where a null path is no marshalling error. */
const nullPaths: ReadonlyMap<number, MalformedOutcome> = new Map<number, MalformedOutcome>([
  [OpCode.setData, { ...nullPath, err: ErrorCode.BadArguments }],
  [OpCode.setACL, { ...nullPath, err: ErrorCode.BadArguments }],
  [OpCode.check, { ...nullPath, err: ErrorCode.BadArguments }],
  [OpCode.sync, { ...nullPath, err: ErrorCode.Ok, result: { op: 'sync', path: null } }],
  [OpCode.addWatch, { ...nullPath, err: ErrorCode.Ok, result: { op: 'addWatch' } }],
  [OpCode.removeWatches, { ...nullPath, err: ErrorCode.NoWatcher }],
  [OpCode.multi, { ...nullPath, takesZxid: false }],
])

/** What a malformed request comes to. */
export function outcomeOfMalformed({ opcode, isPathNull = false }: Malformed): MalformedOutcome {
  if (isPathNull) return nullPaths.get(opcode) ?? nullPath
  return opcode === OpCode.reconfig ? { ...unreadable, takesZxid: false, rule: 'WIRE-56' } : unreadable
}
