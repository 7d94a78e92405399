/** The files of a counterexample: read by their content, written in every form. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import type { Counterexample, ModelRequest } from '../../check/model/counterexample.js'
import { InputError } from '../../check/model/input-error.js'
import { formatRequest } from '../../check/report/format-counterexample.js'
import { sequenceMermaid } from '../../diagram/sequence/sequence-mermaid.js'
import { sequenceOf } from '../../diagram/sequence/sequence.js'
import { sequenceSvg } from '../../diagram/sequence/sequence-svg.js'
import { readJson, writeJson } from '../../check/files/counterexample-json.js'
import type { NamedFile } from '../../check/files/named-file.js'
import { readScenario, writeScenario } from '../../check/files/counterexample-scenario.js'

/** JSON, scenario, SVG and a page with the Mermaid diagram. `number` tells apart what has the same rule. */
export function counterexampleFiles(counterexample: Counterexample, number = 1): NamedFile[] {
  const { request, violation } = counterexample
  const model = basename(request.model).replace(/\.[^.]*$/, '')
  const name = `${model}-${violation.rule.toLowerCase()}${number === 1 ? '' : `-${number}`}`.replace(
    /[^\w.-]+/g,
    '-',
  )
  const sequence = sequenceOf(counterexample)
  const title = `${violation.rule}: ${violation.name} (${formatRequest(request)})`
  return [
    { name: `${name}.json`, text: writeJson(counterexample) },
    { name: `${name}.txt`, text: writeScenario(counterexample) },
    { name: `${name}.svg`, text: sequenceSvg(sequence, title) },
    { name: `${name}.md`, text: `# ${title}\n\n\`\`\`mermaid\n${sequenceMermaid(sequence)}\`\`\`\n` },
  ]
}

/** Reads a counterexample, JSON or scenario. Files that it names are found from the working folder, or from its own. */
export function readCounterexampleFile(file: string): Counterexample {
  if (!existsSync(file)) throw new InputError(`${file}: there is no such file`)
  if (!statSync(file).isFile())
    throw new InputError(`${file} is a folder; name a counterexample's .json or .txt`)
  const text = readFileSync(file, 'utf8')
  const read = text.trimStart().startsWith('{') ? readJson(text, file) : readScenario(text, file)
  return { ...read, request: locateRequest(read.request, ['.', dirname(file)]) }
}

/** A request whose files are found from the first of some folders that has them. */
export function locateRequest(request: ModelRequest, folders: readonly string[]): ModelRequest {
  const located = (path: string): string =>
    isAbsolute(path)
      ? path
      : (folders.map((folder) => join(folder, path)).find((found) => existsSync(resolve(found))) ?? path)
  const { model, variant } = request
  return {
    ...request,
    model: isModelFile(model) ? located(model) : model,
    ...(variant === undefined ? {} : { variant: located(variant) }),
  }
}

/** Whether a model is named by a file, rather than by its name. */
export function isModelFile(model: string): boolean {
  return /\.[mc]?[jt]s$/.test(model)
}
