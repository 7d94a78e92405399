/** Breaks text into lines for a width. Widths are those that a reader sees: escape sequences have none. */

const escapes = /\u001b\[[0-9;]*m/g

/** How wide text is on a terminal. */
export function widthOf(text: string): number {
  return [...text.replace(escapes, '')].length
}

/** Fills up with spaces to a width. */
export function padTo(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Words in lines no wider than a width, where words allow it; a word that is wider is cut. */
export function wrapWords(text: string, width: number): string[] {
  const room = Math.max(8, width)
  const lines: string[] = []
  let line = ''
  for (const whole of text.split(/\s+/)) {
    let word = whole
    if (line !== '' && widthOf(line) + 1 + widthOf(word) <= room) {
      line += ` ${word}`
      continue
    }
    if (line !== '') lines.push(line)
    while (widthOf(word) > room) {
      lines.push(word.slice(0, room))
      word = word.slice(room)
    }
    line = word
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** Text cut to a width, its end marked. */
export function cutTo(text: string, width: number): string {
  if (widthOf(text) <= width) return text
  return width <= 1 ? '…'.slice(0, width) : `${[...text].slice(0, width - 1).join('')}…`
}
