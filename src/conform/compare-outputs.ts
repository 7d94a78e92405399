/**
 * When two outputs are the same to a client: equal values, with the lists that have no order compared as sets.
 */
import type { MultiResult, Result } from '../../spec/vocabulary/index.js'
import type { ServiceOutput } from '../../spec/service/service-events.js'

/** Whether two plain values are equal: bytes by content, 64-bit numbers by their two's complement, absent fields as undefined. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a === 'bigint' && typeof b === 'bigint') return BigInt.asUintN(64, a) === BigInt.asUintN(64, b)
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array) || a.length !== b.length) return false
    return a.every((byte, at) => byte === b[at])
  }
  if (Array.isArray(a) !== Array.isArray(b)) return false
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, at) => isSame(item, b[at]))
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  for (const key of keys) {
    if (!isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false
  }
  return true
}

/** Whether two outputs are the same. */
export function isSameOutput(a: ServiceOutput, b: ServiceOutput): boolean {
  return isSame(inOrder(a), inOrder(b))
}

/** An output with its unordered lists sorted, and without results that say nothing but their name. */
export function inOrder(output: ServiceOutput): ServiceOutput {
  if (output.type !== 'reply' || output.reply.result === undefined) return output
  const { result, ...header } = output.reply
  if (Object.keys(result).length === 1) return { ...output, reply: header }
  return { ...output, reply: { ...header, result: resultInOrder(result) } }
}

function resultInOrder(result: Result): Result {
  switch (result.op) {
    case 'getChildren':
    case 'getChildren2':
      return { ...result, children: [...result.children].sort() }
    case 'getEphemerals':
      return { ...result, ephemerals: [...result.ephemerals].sort() }
    case 'whoAmI': // SERVICE-38
      return { ...result, clientInfo: [...result.clientInfo].sort(byIdentity) }
    case 'multi':
      return { ...result, results: result.results.map((part) => asCreate2(part)) }
    case 'multiRead':
      return {
        ...result,
        results: result.results.map((part) =>
          part.op === 'getChildren' ? { ...part, children: [...part.children].sort() } : part,
        ),
      }
    default:
      return result
  }
}

type ClientInfo = Extract<Result, { op: 'whoAmI' }>['clientInfo'][number]

function byIdentity(a: ClientInfo, b: ClientInfo): number {
  const [one, other] = [a, b].map(({ authScheme, user }) => `${authScheme}:${user}`)
  return one! < other! ? -1 : one! > other! ? 1 : 0
}

/** TREE-82: a multi's results don't tell creations with a Stat apart. */
function asCreate2(part: MultiResult): MultiResult {
  return part.op === 'createContainer' || part.op === 'createTTL'
    ? { ...(part as CreateResult), op: 'create2' }
    : part
}

type CreateResult = Extract<MultiResult, { op: 'create2' | 'createContainer' | 'createTTL' }>
