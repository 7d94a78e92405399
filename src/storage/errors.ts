/** What is wrong with a data directory: which file, where in it, what to do. */

/** A data directory that can't be opened or written. The server doesn't start, or stops; nothing acknowledged is lost. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
  constructor(
    readonly file: string,
    problem: string,
    advice: string,
  ) {
    super(`${file}: ${problem}. ${advice}`)
  }
}

/** What an error says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
