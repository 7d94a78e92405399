// Reports an import that leads back to the file it is in. Types count too: who needs whose types is a dependency to read.
import { importsOf, pathFrom, visitImports } from './imports.js'

/** Milliseconds for which what was read is believed: longer than a run needs a file twice, shorter than an editor waits. */
const fresh = 10_000
let read = new Map()
let since = 0

function importsRead(file) {
  if (Date.now() - since > fresh) {
    read = new Map()
    since = Date.now()
  }
  const found = read.get(file) ?? importsOf(file)
  read.set(file, found)
  return found
}

/** The files from one to another, both included, by imports; undefined when there is no way. */
function wayTo(from, to, visited) {
  if (from === to) return [to]
  if (visited.has(from)) return undefined
  visited.add(from)
  for (const next of importsRead(from)) {
    const way = wayTo(next, to, visited)
    if (way !== undefined) return [from, ...way]
  }
  return undefined
}

export const noImportCircle = {
  meta: { type: 'problem', messages: { circle: 'An import circle: {{way}}.' }, schema: [] },
  create(context) {
    const visited = new Set()
    return visitImports(context, (node, imported) => {
      const way = wayTo(imported, context.filename, visited)
      if (way === undefined) return
      const names = [context.filename, ...way].map((file) => pathFrom(context.cwd, file))
      context.report({ node, messageId: 'circle', data: { way: names.join(' -> ') } })
    })
  },
}
