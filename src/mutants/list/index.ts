/**
 * Every mutant, by the subsystem that it breaks.
 */
import type { Mutant } from '../mutant.js'
import { aclMutants } from './acl.js'
import { electionMutants } from './election.js'
import { serviceMutants } from './service.js'
import { simulatedMutants } from './simulated.js'
import { sessionMutants } from './session.js'
import { quorumPortMutants } from './quorum-port.js'
import { replicationMutants } from './replication.js'
import { storageMutants } from './storage.js'
import { treeMutants } from './tree.js'
import { watcherMutants } from './watcher.js'
import { zabMutants } from './zab.js'

/** All of them, in the order in which they are tried. */
export const mutants: readonly Mutant[] = [
  ...treeMutants,
  ...aclMutants,
  ...sessionMutants,
  ...watcherMutants,
  ...serviceMutants,
  ...replicationMutants,
  ...quorumPortMutants,
  ...storageMutants,
  ...electionMutants,
  ...zabMutants,
  ...simulatedMutants,
]
