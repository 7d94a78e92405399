/**
 * Ties the forms of a rule together by its id: the prose that defines it, and the machines, code, tests and scenarios that
 * name it. Pure: files in, findings out.
 */

/** A file's path, relative to the checkout, and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** The forms that a rule has beside its prose. */
export const forms = ['machine', 'code', 'test', 'scenario'] as const
export type Form = (typeof forms)[number]

export interface Rule {
  readonly id: string
  /** The rule's first words. */
  readonly text: string
  /** Where it is defined. */
  readonly prose: string
  /** The files that name it, by form, sorted. */
  readonly files: Readonly<Record<Form, readonly string[]>>
}

export interface Traceability {
  /** In reading order. */
  readonly rules: readonly Rule[]
  /** Ids that are named but not defined, with where. */
  readonly undefinedIds: readonly { readonly id: string; readonly path: string }[]
  /** Ids that are defined more than once, with where. */
  readonly twice: readonly { readonly id: string; readonly paths: readonly string[] }[]
}

const families = ['TREE', 'SESSION', 'WATCHER', 'ACL', 'WIRE', 'SERVICE', 'QUORUM', 'ELECTION']
const definition = /^\*\*([A-Z]+-\d+)\*\*[ \t]+(.*(?:\n(?!\s*\n|\*\*[A-Z]+-\d+\*\*|[-#|>]).*)*)/gm

/** Reads the files of a checkout. Ids of families that no rule belongs to are not ids. */
export function traceRules(files: readonly SourceFile[]): Traceability {
  const sorted = [...files].sort((a, b) => order(a.path) - order(b.path) || (a.path < b.path ? -1 : 1))
  const defined = new Map<string, { text: string; paths: string[] }>()
  for (const { path, text } of sorted) {
    if (!/^spec\/.*README\.md$/.test(path)) continue
    for (const [, id = '', words = ''] of text.matchAll(definition)) {
      const found = defined.get(id)
      if (found === undefined) defined.set(id, { text: firstWords(words), paths: [path] })
      else found.paths.push(path)
    }
  }

  const known = new Set([...families, ...[...defined.keys()].map(familyOf)])
  const uses = new Map<string, Map<Form, string[]>>()
  const undefinedIds: { id: string; path: string }[] = []
  for (const { path, text } of sorted) {
    const form = formOf(path)
    const ids = new Set(
      [...text.matchAll(/\b([A-Z]+)-\d+\b/g)]
        .filter(([, family = '']) => known.has(family))
        .map(([id]) => id),
    )
    // A test's title may speak of a run of rules: `TREE-30 to TREE-69`.
    if (form === 'test') for (const id of runsOf(text, defined.keys())) ids.add(id)
    for (const id of ids) {
      if (!defined.has(id)) undefinedIds.push({ id, path })
      if (form === undefined) continue
      const byForm = uses.get(id) ?? new Map<Form, string[]>()
      uses.set(id, byForm.set(form, [...(byForm.get(form) ?? []), path]))
    }
  }

  const rules = [...defined].map(([id, { text, paths }]): Rule => {
    const named = (form: Form) => uses.get(id)?.get(form) ?? []
    return {
      id,
      text,
      prose: paths[0] ?? '',
      files: {
        machine: named('machine'),
        code: named('code'),
        test: named('test'),
        scenario: named('scenario'),
      },
    }
  })
  const twice = [...defined].flatMap(([id, { paths }]) => (paths.length > 1 ? [{ id, paths }] : []))
  return { rules: [...rules].sort(inReadingOrder), undefinedIds, twice }
}

/** Why a rule does without a form. */
export interface Explained {
  readonly rule: string
  readonly form: Form
  readonly because: string
}

/** The forms that a rule lacks without a reason. */
export function holesOf(rule: Rule, explained: readonly Explained[] = []): readonly Form[] {
  return lacksOf(rule).filter((form) => !explained.some((one) => one.rule === rule.id && one.form === form))
}

/** Reasons that no longer hold: the form is there, or there is no such rule. */
export function staleReasons({ rules }: Traceability, explained: readonly Explained[]): readonly Explained[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]))
  return explained.filter(({ rule, form }) => {
    const found = byId.get(rule)
    return found === undefined || !lacksOf(found).includes(form)
  })
}

/** The forms that a rule lacks: machine, code and test are owed. A scenario is a test: it runs on the spec and the server. */
function lacksOf({ files }: Rule): readonly Form[] {
  return forms.filter((form) => {
    if (form === 'scenario') return false
    return files[form].length === 0 && (form !== 'test' || files.scenario.length === 0)
  })
}

/** The letters of an id. */
export function familyOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'))
}

function runsOf(text: string, defined: Iterable<string>): string[] {
  const all = [...defined]
  return [...text.matchAll(/\b([A-Z]+)-(\d+) to \1-(\d+)\b/g)].flatMap(([, family, from, to]) =>
    all.filter((id) => {
      const number = Number(id.slice(id.lastIndexOf('-') + 1))
      return familyOf(id) === family && number >= Number(from) && number <= Number(to)
    }),
  )
}

function formOf(path: string): Form | undefined {
  if (/^spec\/.*\/scenarios\//.test(path)) return 'scenario'
  // A variant names the rules that it breaks.
  if (/^spec\/variants\//.test(path)) return undefined
  if (/^spec\/.*\.ts$/.test(path)) return 'machine'
  // What compares or breaks the implementation isn't what carries a rule.
  if (/^src\/(mutants|traceability|trace|check|diagram|conform|bench)\//.test(path)) return undefined
  if (/^src\/.*\.ts$/.test(path)) return 'code'
  if (/^test\//.test(path)) return 'test'
  return undefined
}

function order(path: string): number {
  const at = families.findIndex((family) => path.startsWith(`spec/${family.toLowerCase()}/`))
  return at === -1 ? families.length : at
}

function inReadingOrder(a: Rule, b: Rule): number {
  const family = familyOf(a.id)
  if (family !== familyOf(b.id))
    return rank(family) - rank(familyOf(b.id)) || (family < familyOf(b.id) ? -1 : 1)
  return Number(a.id.slice(family.length + 1)) - Number(b.id.slice(family.length + 1))
}

function rank(family: string): number {
  const at = families.indexOf(family)
  return at === -1 ? families.length : at
}

function firstWords(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim()
  if (flat.length <= 100) return flat
  return `${flat.slice(0, 100).replace(/\s+\S*$/, '')} …`
}
