/** Colours that mean something: new, old, broken, a rule's id. None where the output is not a terminal. */

type Dye = (text: string) => string

export interface Paint {
  /** A title, a step. */
  readonly strong: Dye
  /** What may be skipped. */
  readonly faint: Dye
  /** Broken, lost, crashed. */
  readonly bad: Dye
  /** Holds; what a value became. */
  readonly good: Dye
  /** What a value was; what is not certain. */
  readonly old: Dye
  /** Rule ids, as in diagrams. */
  readonly rule: Dye
}

const plain: Dye = (text) => text
const dye =
  (on: number, off: number): Dye =>
  (text) =>
    text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`

/** Without colours. */
export const noPaint: Paint = {
  strong: plain,
  faint: plain,
  bad: plain,
  good: plain,
  old: plain,
  rule: plain,
}

const colours: Paint = {
  strong: dye(1, 22),
  faint: dye(2, 22),
  bad: dye(31, 39),
  good: dye(32, 39),
  old: dye(33, 39),
  rule: dye(36, 39),
}

/** Colours for a terminal; none for a file or a pipe, nor where NO_COLOR is set (https://no-color.org). */
export function paintFor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Paint {
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb'
  return stream.isTTY === true && !refused ? colours : noPaint
}

/** How text is to look: the width that there is, and the colours. */
export interface Look {
  readonly width: number
  readonly paint: Paint
}
