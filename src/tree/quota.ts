/**
 * Quotas: limits and counts kept as text in znodes under `/zookeeper/quota`.
 */

const quotaRoot = '/zookeeper/quota'
export const limitName = 'zookeeper_limits'
export const statName = 'zookeeper_stats'

/** TREE-90: where the limits of a path are kept. */
export function limitPath(path: string): string {
  return `${quotaRoot}${path}/${limitName}`
}

/** Where the counts of a path are kept. */
export function statPath(path: string): string {
  return `${quotaRoot}${path}/${statName}`
}

/** The path whose quota a znode under `/zookeeper/quota` holds, given that znode's parent. */
export function quotaOwner(parent: string): string {
  return parent.slice(quotaRoot.length)
}

/** Whether a parent is inside `/zookeeper/quota`. */
export function holdsQuotas(parent: string): boolean {
  return parent.startsWith(quotaRoot)
}

/** The numbers of a limit or of a count; -1 says none. */
export interface QuotaNumbers {
  count: number
  bytes: number
  countHardLimit: number
  byteHardLimit: number
}

/** TREE-95: reads `count=5,bytes=10=;byteHardLimit=20;countHardLimit=6`. What can't be read counts as absent. */
export function parseQuota(data: Uint8Array | null): QuotaNumbers {
  const numbers: QuotaNumbers = { count: -1, bytes: -1, countHardLimit: -1, byteHardLimit: -1 }
  for (const [key, value] of pairsOf(data)) {
    if (key in numbers) numbers[key as keyof QuotaNumbers] = value
  }
  return numbers
}

function pairsOf(data: Uint8Array | null): [string, number][] {
  let text = ''
  for (const unit of data ?? []) text += String.fromCharCode(unit)
  return text.split(/[,;]+/).flatMap((pair): [string, number][] => {
    const [key = '', value = ''] = pair.split('=')
    return key === '' ? [] : [[key, /^-?\d+$/.test(value) ? Number(value) : -1]]
  })
}

/** Writes counts. Other keys that stood in `before` stay, in alphabetical order. */
export function formatCounts(count: number, bytes: number, before: Uint8Array | null): Uint8Array {
  const others = new Map(pairsOf(before).filter(([key]) => key !== 'count' && key !== 'bytes'))
  const rest = [...others].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => `;${key}=${value}`)
  const text = `count=${count},bytes=${bytes}${rest.length === 0 ? '' : `=${rest.join('')}`}`
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** The paths that have a quota, for finding the one that a path falls under. */
export class QuotaPaths {
  private readonly paths = new Set<string>()

  add(path: string): void {
    this.paths.add(path)
  }

  delete(path: string): void {
    this.paths.delete(path)
  }

  /** TREE-91: the longest path with a quota that is this one or above it; the root doesn't count. */
  covering(path: string): string | undefined {
    if (this.paths.size === 0) return undefined
    let at = path
    while (at.length > 1) {
      if (this.paths.has(at)) return at
      at = at.slice(0, at.lastIndexOf('/'))
    }
    return undefined
  }
}

/** What a write would exceed: a hard limit refuses it (when enforced), a soft one is worth a warning. */
export interface QuotaBreach {
  readonly path: string
  readonly what: 'count' | 'bytes'
  readonly hard: boolean
  readonly limit: number
  readonly found: number
}

/** TREE-92: whether a change of so many znodes and bytes goes over a limit, and which: hard before soft, count before bytes. */
export function findBreach(
  path: string,
  limits: QuotaNumbers,
  counts: QuotaNumbers,
  countDiff: number,
  bytesDiff: number,
): QuotaBreach | undefined {
  const check = (what: 'count' | 'bytes', soft: number, hard: number, current: number, diff: number) => {
    const limit = hard > -1 ? hard : soft
    if (diff === 0 || limit <= -1 || current + diff <= limit) return undefined
    return { path, what, hard: hard > -1, limit, found: current + diff }
  }
  const count = check('count', limits.count, limits.countHardLimit, counts.count, countDiff)
  if (count?.hard) return count
  const bytes = check('bytes', limits.bytes, limits.byteHardLimit, counts.bytes, bytesDiff)
  return bytes?.hard ? bytes : (count ?? bytes)
}
