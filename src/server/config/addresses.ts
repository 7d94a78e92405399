/** Hosts and ports as `zoo.cfg` writes them. */

const ipv6 = /^[\da-f:]*:[\da-f:.]*:[\da-f:.]*(%\w+)?$/i

/** A host as sockets take it: without the brackets that an IPv6 address may stand in. Undefined when it is none. */
export function plainHost(text: string): string | undefined {
  const [, bracketed] = /^\[(.*)\]$/.exec(text) ?? []
  if (bracketed !== undefined) return ipv6.test(bracketed) ? bracketed : undefined
  if (ipv6.test(text)) return text
  return text === '' || /[\s:[\]]/.test(text) ? undefined : text
}

/** The parts between colons; an IPv6 address in brackets is one part. */
export function colonParts(text: string): readonly string[] {
  return text.match(/\[[^\]]*\]|[^:]+|(?<=^|:)(?=:|$)/g) ?? []
}

/** A port of 1 to 65535; undefined when it is none. */
export function portOf(text: string | undefined): number | undefined {
  const port = Number(text)
  return text !== undefined && /^\d+$/.test(text) && port >= 1 && port <= 65_535 ? port : undefined
}
