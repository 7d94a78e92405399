/** TypeScript to JavaScript by blanking types out: lines and columns stay. JavaScript comes back as it is. */
import { transformSync } from '@swc/wasm-typescript'

/** Text that is no module, with where and what. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
}

/** What the stripper throws. */
interface Complaint {
  readonly message: string
  readonly snippet?: string
  readonly startLine?: number
  readonly startColumn?: number
}

/** Throws a {@link SourceError} that names file and line. */
export function stripTypes(text: string, path: string): string {
  try {
    return transformSync(text, { mode: 'strip-only', filename: path }).code
  } catch (thrown) {
    const { message, snippet, startLine, startColumn } = thrown as Complaint
    const at = startLine === undefined ? '' : `:${startLine}:${(startColumn ?? 0) + 1}`
    throw new SourceError(`${path}${at}: ${message}${snippet === undefined ? '' : `\n${snippet.trimEnd()}`}`)
  }
}
