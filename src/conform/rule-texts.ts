/**
 * The rules' texts, from the README files of `spec/`: what a rejection quotes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A rule as it is written. */
export interface Rule {
  readonly id: string
  readonly text: string
  /** The file that defines it, from the project's root. */
  readonly file: string
}

const definition = /^\*\*([A-Z]+-\d+)\*\* (.+)$/gm

/** The rules that a page defines. */
export function rulesOf(page: string, file: string): readonly Rule[] {
  return [...page.matchAll(definition)].map(([, id, text]) => ({ id: id!, text: text!, file }))
}

let all: ReadonlyMap<string, Rule> | undefined

/** Every rule of `spec/`, by id. */
export function rules(): ReadonlyMap<string, Rule> {
  all ??= readRules(findRoot())
  return all
}

function readRules(root: string): ReadonlyMap<string, Rule> {
  const found = new Map<string, Rule>()
  for (const folder of readdirSync(join(root, 'spec'))) {
    const file = `spec/${folder}/README.md`
    if (!existsSync(join(root, file))) continue
    for (const rule of rulesOf(readFileSync(join(root, file), 'utf8'), file)) found.set(rule.id, rule)
  }
  return found
}

/** The project's root: where this file, built or not, finds the prose of the spec above it. */
export function findRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'spec', 'service', 'README.md'))) {
    const above = dirname(folder)
    if (above === folder) throw new Error(`no spec/service/README.md above ${fileURLToPath(import.meta.url)}`)
    folder = above
  }
  return folder
}
