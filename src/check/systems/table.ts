/** What the checker can explore: each system of the spec by its name, with its bounds and how its space is made of them. */
import { defaultBounds, type Bounds } from '../../../spec/ensemble/network.js'
import type { Variant } from '../../../spec/variants/variant.js'
import type { ModelRequest } from '../counterexample.js'
import type { ModelOption } from '../model-options.js'
import { networkSpace } from '../network-space.js'
import type { Space } from '../space.js'
import { ensemble } from './ensemble.js'

/** A system: what can be asked of it, and its space. */
export interface System extends ModelOption {
  make(bounds: ModelRequest['bounds'], variant: Variant | undefined): Space
}

const about: Readonly<Record<keyof Bounds, string>> = {
  servers: 'servers that vote',
  observers: 'servers that do not',
  epochs: 'elections that name a leader',
  transactions: 'writes that clients ask for',
  crashes: 'crashes; whoever crashed may start again',
  partitions: 'links that are cut; they may heal',
  snapshots: 'snapshots that servers take while they serve',
  errors: 'writes to a log that fail',
  history: 'writes that all servers have from the start',
  snap: 'every learner is sent a snapshot',
  symmetry: 'take states for one that differ in the names of servers only',
}

const ensembleSystem: System = {
  name: 'ensemble',
  about: 'leader, learners, crashes, cut links: broadcast with elections as one step',
  machines: ['server', 'leader', 'follower'],
  bounds: Object.fromEntries(
    Object.entries(defaultBounds).map(([name, value]: [string, number | boolean]) => [
      name,
      { default: value, about: about[name as keyof Bounds], ...(name === 'servers' ? { min: 1 } : {}) },
    ]),
  ),
  make: (bounds, variant) => networkSpace(ensemble(bounds, variant)),
}

export const systems: readonly System[] = [ensembleSystem]
