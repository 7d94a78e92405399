// What files of this checkout import of each other, types too. For the lint rules and for the picture of the rooms.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** Imports, exports from elsewhere and `import()`, by their text. */
const specifiers = /(?:\bfrom|\bimport)\s*\(?\s*'(\.{1,2}\/[^']+)'/g

/** The file that a relative import names; undefined when it is none of ours. */
export function importedFile(file, specifier) {
  if (!specifier.startsWith('.')) return undefined
  const source = resolve(dirname(file), specifier).replace(/\.js$/, '.ts')
  return existsSync(source) ? source : undefined
}

/** The files that a file imports. */
export function importsOf(file) {
  const found = [...readFileSync(file, 'utf8').matchAll(specifiers)]
  return found.flatMap(([, specifier]) => importedFile(file, specifier) ?? [])
}

/** Every TypeScript file below some folders of a checkout. */
export function sourceFiles(checkout, folders) {
  return folders.flatMap((folder) =>
    readdirSync(join(checkout, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(checkout, folder, name)),
  )
}

/** A path as it is written everywhere: from the checkout, with slashes. */
export function pathFrom(checkout, file) {
  return relative(checkout, file).split(sep).join('/')
}

/** Calls a lint rule back for each import of a file: the node to report, and the file that is imported. */
export function visitImports(context, visit) {
  const look = ({ source }) => {
    if (typeof source?.value !== 'string') return
    const imported = importedFile(context.filename, source.value)
    if (imported !== undefined) visit(source, imported)
  }
  return {
    ImportDeclaration: look,
    ExportNamedDeclaration: look,
    ExportAllDeclaration: look,
    ImportExpression: look,
    TSImportType: look,
  }
}
