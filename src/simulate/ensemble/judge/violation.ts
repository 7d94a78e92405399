/** Something that no rule allows. A judge throws it; the simulation ends with it. */
export class Violation extends Error {
  override readonly name = 'Violation'

  /** @param rule the id of the rule that is broken */
  constructor(
    readonly rule: string,
    what: string,
  ) {
    super(what)
  }
}
