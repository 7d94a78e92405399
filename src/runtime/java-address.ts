/** Addresses as Java writes them, which is how Apache shows and compares a client's: IPv4 plain, IPv6 in full. */
import { isIPv6 } from 'node:net'

/**
 * `::1` becomes `0:0:0:0:0:0:0:1`, an IPv4 address in IPv6 clothing becomes plain: the `ip` scheme compares plain ones.
 * A scope (`%eth0`) stays.
 */
export function javaAddress(address: string): string {
  const [plain = '', scope] = address.split('%')
  if (!isIPv6(plain)) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1]
  if (mapped !== undefined) return mapped
  const [before = '', after] = hexOnly(plain).split('::')
  const left = groupsOf(before)
  const right = groupsOf(after ?? '')
  const zeros = after === undefined ? [] : new Array<string>(8 - left.length - right.length).fill('0')
  const groups = [...left, ...zeros, ...right].map((group) => parseInt(group, 16).toString(16))
  return groups.join(':') + (scope === undefined ? '' : `%${scope}`)
}

/** The last four bytes may be written as an IPv4 address: `::1.2.3.4` is `::102:304`. */
function hexOnly(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [a, b, c, d] = parts.slice(0, 4).map(Number)
    return `${((a! << 8) | b!).toString(16)}:${((c! << 8) | d!).toString(16)}`
  })
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}
