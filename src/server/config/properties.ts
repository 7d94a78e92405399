/**
 * Reads Java `Properties` text, the syntax of `zoo.cfg`, keeping each key's line so that a complaint can name it.
 * Comments (`#`, `!`), continuation lines, `=`, `:` or blank as separator, backslash escapes; the last of equal keys wins.
 */

/** One key with its value, and the line (from 1) on which it starts. */
export interface Property {
  readonly key: string
  readonly value: string
  readonly line: number
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

/** Every property of a text, in the order of the file. */
export function parseProperties(text: string): Property[] {
  const properties: Property[] = []
  for (const { content, line } of logicalLines(text)) {
    const { keyEnd, valueStart } = separate(content)
    properties.push({
      key: unescape(content.slice(0, keyEnd)),
      value: unescape(content.slice(valueStart)),
      line,
    })
  }
  return properties
}

/** Lines joined over a trailing odd backslash; blank and comment lines left out. */
function* logicalLines(text: string): Generator<{ content: string; line: number }> {
  const lines = text.split(/\r\n|\n|\r/)
  for (let at = 0; at < lines.length; at++) {
    let content = trimStart(lines[at]!)
    if (content === '' || content.startsWith('#') || content.startsWith('!')) continue
    const line = at + 1
    while (continues(content)) {
      content = content.slice(0, -1)
      if (at + 1 >= lines.length) break
      content += trimStart(lines[++at]!)
    }
    yield { content, line }
  }
}

function trimStart(line: string): string {
  return line.replace(/^[ \t\f]+/, '')
}

function continues(line: string): boolean {
  return (/\\*$/.exec(line)?.[0].length ?? 0) % 2 === 1
}

/** Where the key ends and the value begins: at the first unescaped blank, `=` or `:`. */
function separate(content: string): { keyEnd: number; valueStart: number } {
  let keyEnd = 0
  while (keyEnd < content.length && !' \t\f=:'.includes(content[keyEnd]!)) {
    keyEnd += content[keyEnd] === '\\' ? 2 : 1
  }
  keyEnd = Math.min(keyEnd, content.length)
  const separator = /^[ \t\f]*[=:]?[ \t\f]*/.exec(content.slice(keyEnd))![0]
  return { keyEnd, valueStart: keyEnd + separator.length }
}

function unescape(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, unicode?: string, char?: string) =>
    unicode === undefined ? (escapes[char!] ?? char!) : String.fromCharCode(parseInt(unicode, 16)),
  )
}
