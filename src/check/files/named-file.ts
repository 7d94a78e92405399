/** Files before they are written. */

/** A file's name and text. */
export interface NamedFile {
  readonly name: string
  readonly text: string
}
