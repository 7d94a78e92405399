/** The systems that `npm run bench:check` measures. A module of its own, for the threads of a run import it. */
import { networkSpace } from '../check/spaces/network-space.js'
import { sourceOf } from '../runtime/check/requested-space.js'
import type { Space, SpaceSource } from '../check/model/space.js'
import { links, type LinksBounds } from './links.js'

/** A system, and where the threads of a run find it. */
export interface Measured {
  readonly name: string
  readonly source: SpaceSource
}

const threeProcesses: LinksBounds = { processes: 3, messages: 1, crashes: 1, cuts: 1, opens: 2 }

/** What is measured; a row more measures another. */
export const measured: readonly Measured[] = [
  { name: '3 processes', source: linksSource(threeProcesses, false) },
  { name: '3 processes, symmetry', source: linksSource(threeProcesses, true) },
  { name: '5 processes', source: linksSource({ ...threeProcesses, processes: 5 }, false) },
  { name: 'spec/ensemble, 3 servers', source: ensembleSource(false) },
  { name: 'spec/ensemble, 3 servers, symmetry', source: ensembleSource(true) },
]

/** Bounds like those of TLC's runs on Apache's specifications: 3 servers, 2 epochs, a crash and a start, writes. */
function ensembleSource(symmetry: boolean): SpaceSource {
  const bounds = { servers: 3, epochs: 2, transactions: 2, crashes: 2, symmetry }
  return sourceOf({ model: 'ensemble', bounds })
}

/** Makes the space of the made-up network, in this thread and in those of a run. */
export function makeLinks(argument: unknown): Space {
  const { bounds, symmetry } = argument as { readonly bounds: LinksBounds; readonly symmetry: boolean }
  return networkSpace(links(bounds), { symmetry })
}

function linksSource(bounds: LinksBounds, symmetry: boolean): SpaceSource {
  return { module: import.meta.url, export: 'makeLinks', argument: { bounds, symmetry } }
}
