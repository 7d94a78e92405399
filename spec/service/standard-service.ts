/** ZooKeeper as it is: the service over the models of the neighbouring folders. */
import { authenticate } from '../acl/acl-model.js'
import { mayBeExpired, negotiate } from '../session/session-model.js'
import { closeSession, emptyTree, evaluate, reapable } from '../tree/tree-model.js'
import { fire, forget, noWatches, watch, type Watches } from '../watcher/watcher-model.js'
import type { Submodels } from './submodels.js'
import { abstractService } from './abstract-service.js'

/** The standard submodels. */
export const standardSubmodels: Submodels<Watches> = {
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
export const service = abstractService(standardSubmodels as Submodels<unknown>)

/** The abstract ZooKeeper's machine. */
export const serviceMachine = service.machine
