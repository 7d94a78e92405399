/** States that wait to be expanded: rows of ints, in pieces that are given up as soon as they are used. */

const rowsInPiece = 4096

/** A queue of rows. New ones go to the end; they are read from the front, or taken away from the end. */
export class StateQueue {
  length = 0
  private pieces: Int32Array[] = []
  private read = 0

  constructor(private readonly slots: number) {}

  push(row: Int32Array): void {
    const end = this.read + this.length
    const piece = Math.floor(end / rowsInPiece)
    if (piece === this.pieces.length) this.pieces.push(new Int32Array(rowsInPiece * this.slots))
    this.pieces[piece]!.set(row, (end % rowsInPiece) * this.slots)
    this.length++
  }

  /** Hands the first row to `use`, which may not keep it, and drops it. */
  shift(use: (rows: Int32Array, offset: number) => void): void {
    const piece = this.pieces[0]!
    use(piece, this.read * this.slots)
    this.length--
    if (++this.read < rowsInPiece) return
    this.read = 0
    this.pieces.shift()
  }

  /** Takes up to so many rows from the end, as one array. */
  takeLast(count: number): Int32Array {
    const taken = Math.min(count, this.length)
    const rows = this.copy(this.length - taken, taken)
    this.length -= taken
    this.pieces.length = Math.ceil((this.read + this.length) / rowsInPiece)
    if (this.length === 0) this.read = this.pieces.length = 0
    return rows
  }

  /** Copies rows, the first that waits being number 0. */
  copy(from: number, count: number): Int32Array {
    const rows = new Int32Array(count * this.slots)
    for (let row = 0; row < count; row++) {
      const at = this.read + from + row
      const offset = (at % rowsInPiece) * this.slots
      const piece = this.pieces[Math.floor(at / rowsInPiece)]!
      rows.set(piece.subarray(offset, offset + this.slots), row * this.slots)
    }
    return rows
  }
}
