/**
 * The steps of a run that are no faults, for what must stay possible: for each state that was expanded, its place, then the
 * places that its steps lead to, 4 bytes each.
 */

const wordsInPiece = 1 << 20
/** Follows the place of a state in which the goal holds. */
export const goalMark = 0x7fffffff
/** Follow the place of a state from which the goal need not be possible. */
export const overMark = goalMark - 1
export const lastTryMark = goalMark - 2
const marks = { goal: goalMark, over: overMark, 'last try': lastTryMark } as const

/** A list of edges, in pieces. A place that edges leave from is written as its complement, and so is below 0. */
export class EdgeLog {
  private pieces: Int32Array[] = []
  private length = 0
  private from = -1

  /** Begins the edges that leave a place. */
  begin(place: number, mark: keyof typeof marks | null): void {
    this.from = place
    this.push(~place)
    if (mark !== null) this.push(marks[mark])
  }

  /** Adds an edge from the place that was begun; one that leads back to it says nothing. */
  add(place: number): void {
    if (place !== this.from) this.push(place)
  }

  /** Follows the states to their places in a table that has grown. */
  move(moved: Int32Array): void {
    for (const words of this.words())
      for (let at = 0; at < words.length; at++) {
        const word = words[at]!
        if (word < 0) words[at] = ~moved[~word]!
        else if (word < lastTryMark) words[at] = moved[word]!
      }
  }

  /** All that was logged, in order. */
  words(): Int32Array[] {
    return this.pieces.map((piece, at) =>
      piece.subarray(0, Math.min(wordsInPiece, this.length - at * wordsInPiece)),
    )
  }

  /** Adds what another log held. */
  append(words: Int32Array): void {
    for (const word of words) this.push(word)
  }

  private push(word: number): void {
    const at = this.length % wordsInPiece
    if (at === 0) this.pieces.push(new Int32Array(wordsInPiece))
    this.pieces[this.pieces.length - 1]![at] = word
    this.length++
  }
}
