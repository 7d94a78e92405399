// The rooms of the house, from the ground up: a room imports only rooms that stand before it. `docs/architecture.md` draws them.
import { pathFrom, visitImports } from './imports.js'

export const rooms = [
  // the truth
  'spec/notation',
  'spec/vocabulary',
  'spec/quorum',
  'spec/acl',
  'spec/tree',
  'spec/session',
  'spec/watcher',
  'spec/wire',
  'spec/service',
  'spec/election',
  'spec/broadcast',
  'spec/ensemble',
  'spec/variants',
  // what others build on
  'src/text',
  'src/random',
  'src/platform',
  'src/machine',
  // the server
  'src/acl',
  'src/session',
  'src/watcher',
  'src/tree',
  'src/wire',
  'src/storage',
  'src/trace',
  'src/quorum',
  'src/election',
  'src/broadcast',
  'src/client',
  'src/server',
  'src/runtime',
  // what sees both sides
  'src/conform',
  'src/simulate',
  'src/scenario',
  'src/diagram',
  // the checker
  'src/check/values',
  'src/check/model',
  'src/check/spaces',
  'src/check/replay',
  'src/check/engine',
  'src/check/report',
  'src/check/files',
  'src/check/systems',
  'src/check/scenario',
  'src/check/variants',
  'src/check/diff',
  'src/check/mutate',
  'src/runtime/check',
  // what people start
  'src/cli',
  'src/bench',
  'src/mutants',
  'src/traceability',
  'src/bytes-page',
  'src/scripts',
]

/** The room that a file of the checkout is in; undefined for the files at the top of `src/`, which see everything. */
export function roomOf(path) {
  const around = rooms.filter((room) => path.startsWith(`${room}/`))
  return around.toSorted((a, b) => b.length - a.length)[0]
}

export const roomsInOrder = {
  meta: {
    type: 'problem',
    messages: {
      order: '{{from}} stands before {{to}}, and may not import it (lint/rooms.js).',
      unknown: '{{path}} is in no room: give its folder a place in lint/rooms.js.',
    },
    schema: [],
  },
  create(context) {
    const path = pathFrom(context.cwd, context.filename)
    const from = roomOf(path)
    if (from === undefined) {
      if (/^src\/[^/]+$/.test(path)) return {}
      return { Program: (node) => context.report({ node, messageId: 'unknown', data: { path } }) }
    }
    return visitImports(context, (node, imported) => {
      const to = roomOf(pathFrom(context.cwd, imported))
      if (to === undefined || rooms.indexOf(to) <= rooms.indexOf(from)) return
      context.report({ node, messageId: 'order', data: { from, to } })
    })
  },
}
