/** Writes `docs/traceability.md`: which rule has which forms, and the holes, counted. */
import {
  familyOf,
  forms,
  holesOf,
  type Explained,
  type Form,
  type Rule,
  type Traceability,
} from './rule-forms.js'

const titles: Readonly<Record<Form, string>> = {
  machine: 'machine or invariant',
  code: 'code',
  test: 'test',
  scenario: 'scenario',
}

/** The page. */
export function traceabilityPage({ rules }: Traceability, explained: readonly Explained[]): string {
  const byFamily = new Map<string, Rule[]>()
  for (const rule of rules)
    byFamily.set(familyOf(rule.id), [...(byFamily.get(familyOf(rule.id)) ?? []), rule])
  const withHoles = rules.filter((rule) => holesOf(rule, explained).length > 0)
  return [
    '# Traceability',
    'Each rule of the written spec, and who else names it: the machine, model or invariant of the spec that carries it, the ' +
      'code of the implementation, the tests and the scenarios. Written by `npm run traceability` from the ids themselves; ' +
      'a test fails when this page is stale, and when an id is named that no rule has or two rules have.',
    table(
      ['rules', 'all', ...forms.map((form) => titles[form]), 'with a hole'],
      [...byFamily, ['all', rules] as const].map(([family, some]) => [
        family,
        String(some.length),
        ...forms.map((form) => String(some.filter(({ files }) => files[form].length > 0).length)),
        String(some.filter((rule) => holesOf(rule, explained).length > 0).length),
      ]),
    ),
    '## Holes',
    `${withHoles.length} of ${rules.length} rules lack a machine, code or a test without a reason.`,
    ...(withHoles.length === 0
      ? []
      : [
          table(
            ['rule', 'lacks', 'text'],
            withHoles.map((rule) => [rule.id, holesOf(rule, explained).join(', '), cell(rule.text)]),
          ),
        ]),
    '## None, because',
    'What a rule does without, and why (`src/traceability/reasons.ts`; a test fails when a reason no longer holds).',
    table(
      ['rule', 'without', 'because'],
      rules.flatMap((rule) => {
        const own = explained.filter((one) => one.rule === rule.id)
        return own.length === 0
          ? []
          : [[rule.id, own.map(({ form }) => form).join(', '), cell(own[0]!.because)]]
      }),
    ),
    ...[...byFamily].flatMap(([family, some]) => [
      `## ${family}`,
      table(
        ['rule', ...forms.map((form) => titles[form])],
        some.map((rule) => [
          `[${rule.id}](../${rule.prose} "${cell(rule.text).replace(/"/g, '&quot;')}")`,
          ...forms.map((form) => links(rule.files[form])),
        ]),
      ),
    ]),
    '',
  ].join('\n\n')
}

const most = 3

function links(paths: readonly string[]): string {
  const shown = paths.slice(0, most).map((path) => `[${shortName(path)}](../${path})`)
  return [...shown, ...(paths.length > most ? [`and ${paths.length - most} more`] : [])].join(', ')
}

function shortName(path: string): string {
  return path.replace(/^(spec|src|test)\//, '').replace(/(\.test)?\.ts$|\.txt$/, '')
}

function cell(text: string): string {
  return text.replace(/[|<>]/g, (character) => `\\${character}`)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')
}
