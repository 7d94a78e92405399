/** Something that the checker was given and can't use: a file, a name, a bound. The command says it and exits with 2. */
import { nearest } from '../../text/nearest-name.js'

export class InputError extends Error {
  override readonly name: string = 'InputError'
}

/** `; did you mean x?` where a candidate is near; else nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates)
  return meant === undefined ? '' : `; did you mean ${meant}?`
}
