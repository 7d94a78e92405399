/** ZooKeeper as it is: the service over the models of the neighbouring folders. */
import { authenticate } from '../acl/model.js'
import { mayBeExpired, negotiate } from '../session/model.js'
import { closeSession, emptyTree, evaluate, reapable } from '../tree/model.js'
import { fire, forget, noWatches, watch, type Watches } from '../watcher/model.js'
import type { Parts } from './parts.js'
import { abstractService } from './step.js'

/** The standard parts. */
export const standardParts: Parts<Watches> = {
  evaluate,
  emptyTree,
  closeSession,
  reapable,
  noWatches,
  watch: (watches, connection, request, err, tree) =>
    watch(watches, connection, request, err, (path) => tree.get(path)),
  fire,
  forget,
  authenticate,
  negotiate,
  isOverdue: mayBeExpired,
}

/** The abstract ZooKeeper. */
export const service = abstractService(standardParts as Parts<unknown>)

/** The abstract ZooKeeper's machine. */
export const serviceMachine = service.machine
