/**
 * A mutant: one small, realistic mistake in the implementation, as a textual patch of a built file.
 * Here is what one is and how it is applied; the mistakes themselves are in `list/`.
 */

/** One mistake, and why somebody might make it. */
export interface Mutant {
  /** Short, unique, in the words of the mistake: `delete-ignores-version`. */
  readonly id: string
  /** The file it is made in, relative to the checkout, as its source is named: `src/tree/prepare.ts`. */
  readonly file: string
  /** Text that stands exactly once in the built file. No types: the build has none. */
  readonly find: string
  readonly replace: string
  /** The rules that it breaks. */
  readonly rules: readonly string[]
  /** The tests that look for it, as globs; the comparison and the scenarios otherwise. */
  readonly tests?: readonly string[]
  /** Set when nothing an outsider sees can tell it: why that is so. */
  readonly survives?: string
}

/** A patch that no longer fits the code it was written for. */
export class MutantError extends Error {
  override readonly name = 'MutantError'
}

/** The built file of a source file: `src/a.ts` is `dist/src/a.js`. */
export function builtFile(mutant: Mutant): string {
  return `dist/${mutant.file.replace(/\.ts$/, '.js')}`
}

/**
 * The mutated text.
 * @throws MutantError when the text to replace isn't there exactly once, or the replacement changes nothing.
 */
export function applyMutant(mutant: Mutant, text: string): string {
  const places = bare(text).split(mutant.find).length - 1
  if (places !== 1) {
    throw new MutantError(
      `mutant ${mutant.id}: ${JSON.stringify(mutant.find)} stands ${places} times in ${builtFile(mutant)}, not once; ` +
        `renew its patch in src/mutants/list/`,
    )
  }
  if (mutant.find === mutant.replace) throw new MutantError(`mutant ${mutant.id} changes nothing`)
  return bare(text).replace(mutant.find, () => mutant.replace)
}

/** Without the rule ids at the ends of lines: a patch is about the code, not about what it is said to carry. */
function bare(text: string): string {
  return text.replace(/ *\/\/ [A-Z]+-\d+\b.*$/gm, '')
}
