/**
 * How wide text is, and how it is broken into lines. Diagrams are laid out without a browser, so widths are a table:
 * those of a wide sans-serif (DejaVu Sans), so that no reader's font runs out of its box.
 */

/** A piece of text in one style. */
export interface Span {
  readonly text: string
  readonly style: Style
}
export type Style = 'title' | 'event' | 'guard' | 'action' | 'rule' | 'note'

/** One line of a label. */
export type Line = readonly Span[]

/** Font sizes in px. */
export const fontSize: Readonly<Record<Style, number>> = {
  title: 14,
  event: 12,
  guard: 12,
  action: 11,
  rule: 10.5,
  note: 11,
}
export const lineHeight = 16

// Thousandths of an em, for the characters from space to tilde.
const regular =
  `318 401 460 838 636 950 780 275 390 390 500 838 318 361 318 337 636 636 636 636 636 636 636 636 636 636
337 337 838 838 838 531 1000 684 686 698 770 632 575 775 752 295 295 656 557 863 748 787 603 787 695 635 611 732 684 989
685 611 685 390 337 390 838 500 500 613 635 550 635 615 352 635 634 278 278 579 278 974 634 612 635 635 411 521 392 634
592 818 592 592 525 636 337 636 838`
    .split(/\s+/)
    .map(Number)
const boldFactor = 1.1
const missing = 1000

/** Width in px. */
export function textWidth({ text, style }: Span): number {
  let sum = 0
  for (const character of text) {
    const code = character === '\u00a0' ? 32 : (character.codePointAt(0) ?? 0)
    sum += regular[code - 32] ?? missing
  }
  return (sum / 1000) * fontSize[style] * (style === 'title' || style === 'event' ? boldFactor : 1)
}

/** Width in px of a line, spaces between its spans included. */
export function lineWidth(line: Line): number {
  return line.reduce((sum, span) => sum + textWidth(span), 0) + Math.max(0, line.length - 1) * spanGap
}
export const spanGap = 5

/** Breaks spans into lines no wider than a width, where that can be done between spans. */
export function wrap(spans: readonly Span[], width: number): Line[] {
  const lines: Span[][] = []
  for (const span of spans) {
    const last = lines.at(-1)
    if (last !== undefined && lineWidth([...last, span]) <= width) last.push(span)
    else lines.push([span])
  }
  return lines
}
