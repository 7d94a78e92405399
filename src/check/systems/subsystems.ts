/** The subsystems that the checker explores alone: what each is, which machines a variant of it may change, its bounds. */
import type { Variant } from '../../../spec/variants/variant.js'
import type { BoundOption } from '../model/model-options.js'
import type { AnyModel } from '../model/space.js'
import type { Model } from '../model/model.js'
import { acl, defaultAclBounds } from './acl-system.js'
import { defaultServiceBounds, service } from './service-system.js'
import { defaultSessionBounds, session } from './session-system.js'
import { defaultTreeBounds, tree } from './tree-system.js'
import { defaultWatcherBounds, watcher } from './watcher-system.js'
import { defaultWireBounds, wire } from './wire-system.js'

/** Bounds as they are given, by name. */
export type GivenBounds = Readonly<Record<string, number | boolean>>

export interface Subsystem {
  readonly name: string
  readonly about: string
  /** Ids of the machines that a variant may change. */
  readonly machines: readonly string[]
  readonly bounds: Readonly<Record<string, BoundOption>>
  /** The model; bounds that are not given are the default ones. */
  make(bounds: GivenBounds, variant?: Variant): AnyModel
}

const any = <State, Action>(model: Model<State, Action>): AnyModel => model as unknown as AnyModel

export const subsystems: readonly Subsystem[] = [
  {
    name: 'service',
    about: 'one abstract ZooKeeper with several sessions',
    machines: ['service'],
    bounds: {
      sessions: { default: defaultServiceBounds.sessions, min: 1, about: 'client sessions' },
      requests: { default: defaultServiceBounds.requests, about: 'requests of all sessions together' },
      symmetry: {
        default: defaultServiceBounds.symmetry,
        about: 'take states that differ only in the names of clients for one',
      },
    },
    make: (bounds, variant) => any(service(bounds, variant)),
  },
  {
    name: 'session',
    about: 'the life of sessions on a server: machine and model side by side',
    machines: ['session'],
    bounds: {
      sessions: { default: defaultSessionBounds.sessions, min: 1, about: 'client sessions' },
      connections: { default: defaultSessionBounds.connections, min: 1, about: 'connections at a time' },
    },
    make: (bounds, variant) => any(session(bounds, variant)),
  },
  {
    name: 'watcher',
    about: 'watches and what they tell: machine and model side by side',
    machines: ['watcher'],
    bounds: {
      connections: { default: defaultWatcherBounds.connections, min: 1, about: 'connections' },
      paths: { default: defaultWatcherBounds.paths, min: 1, about: 'paths, each below the other, 4 at most' },
      watches: { default: defaultWatcherBounds.watches, about: 'watches at a time' },
    },
    make: (bounds, variant) => any(watcher(bounds, variant)),
  },
  {
    name: 'tree',
    about: 'requests on a small tree: machine and model side by side',
    machines: ['tree'],
    bounds: { requests: { default: defaultTreeBounds.requests, about: 'requests that write' } },
    make: (bounds, variant) => any(tree(bounds, variant)),
  },
  {
    name: 'acl',
    about: 'identities, lists, and who may do what: machine and model side by side',
    machines: ['acl'],
    bounds: { connections: { default: defaultAclBounds.connections, min: 1, about: 'connections' } },
    make: (bounds, variant) => any(acl(bounds, variant)),
  },
  {
    name: 'wire',
    about: 'one connection: handshake, requests, end',
    machines: ['wire'],
    bounds: {
      outstanding: {
        default: defaultWireBounds.outstanding,
        min: 1,
        about: 'requests without a reply at a time',
      },
    },
    make: (bounds, variant) => any(wire(bounds, variant)),
  },
]
