// `npm run architecture`: draws the rooms and who imports whom into `docs/architecture.md`, from the imports themselves.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { importsOf, pathFrom, sourceFiles } from './imports.js'
import { roomOf, rooms } from './rooms.js'

const begin = '<!-- Drawn from the imports by `npm run architecture`. -->'
const end = '<!-- End of what is drawn. -->'

/** What each picture shows of a room: the name of its box, or undefined where it shows nothing of it. */
const pictures = [
  {
    title: 'The house',
    boxOf(room) {
      if (room === 'spec/vocabulary') return room
      if (room.startsWith('spec/')) return 'spec/* (rules and machines)'
      return room.startsWith('src/check/') ? 'src/check/*' : room
    },
  },
  { title: 'Inside `spec/`', boxOf: (room) => (room.startsWith('spec/') ? room : undefined) },
  { title: 'Inside `src/check/`', boxOf: (room) => (/\/check\b/.test(room) ? room : undefined) },
]

/** Which room imports which, without the arrows that go from a room to itself. */
function arrowsOf(checkout) {
  const arrows = new Map(rooms.map((room) => [room, new Set()]))
  for (const file of sourceFiles(checkout, ['spec', 'src'])) {
    const from = roomOf(pathFrom(checkout, file))
    for (const imported of from === undefined ? [] : importsOf(file)) {
      const to = roomOf(pathFrom(checkout, imported))
      if (to !== undefined && to !== from) arrows.get(from).add(to)
    }
  }
  return arrows
}

/** The arrows between a picture's boxes, but for those that others lead along: a box may import all that is below it. */
function drawnArrows(arrows, boxOf) {
  const below = new Map()
  for (const [from, all] of arrows) {
    const box = boxOf(from)
    if (box === undefined) continue
    const reached = below.get(box) ?? new Set()
    for (const to of all) if (boxOf(to) !== undefined && boxOf(to) !== box) reached.add(boxOf(to))
    below.set(box, reached)
  }
  const leads = (from, to) => [...below.get(from)].some((next) => next === to || leads(next, to))
  return [...below].flatMap(([from, all]) =>
    [...all]
      .filter((to) => ![...all].some((other) => other !== to && leads(other, to)))
      .map((to) => [from, to]),
  )
}

function mermaidOf(arrows, boxOf) {
  const boxes = [...new Set(rooms.map(boxOf).filter((box) => box !== undefined))]
  const idOf = (box) => `b${boxes.indexOf(box)}`
  const lines = [
    'flowchart TD',
    ...boxes.map((box) => `  ${idOf(box)}["${box}"]`),
    ...drawnArrows(arrows, boxOf).map(([from, to]) => `  ${idOf(from)} --> ${idOf(to)}`),
  ]
  return `\`\`\`mermaid\n${lines.join('\n')}\n\`\`\``
}

/** The page with its pictures drawn anew. */
export function withPictures(page, checkout) {
  const arrows = arrowsOf(checkout)
  const drawn = pictures.map(({ title, boxOf }) => `### ${title}\n\n${mermaidOf(arrows, boxOf)}`)
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error('docs/architecture.md has no place for what is drawn')
  return `${before}${begin}\n\n${drawn.join('\n\n')}\n\n${end}${after}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const checkout = join(import.meta.dirname, '..')
  const page = join(checkout, 'docs/architecture.md')
  writeFileSync(page, withPictures(readFileSync(page, 'utf8'), checkout))
  process.stdout.write('docs/architecture.md: its pictures are renewed\n')
}
