/** Every machine of zoospec, spec and implementation: what is drawn. A test finds a machine that is missing here. */
import type { AnyStateMachine } from 'xstate'
import { aclMachine } from '../../spec/acl/acl-machine.js'
import { followerMachine } from '../../spec/broadcast/follower-machine.js'
import { leaderMachine } from '../../spec/broadcast/leader-machine.js'
import { learnerHandlerMachine } from '../../spec/broadcast/learner-handler-machine.js'
import { serverMachine } from '../../spec/ensemble/server-machine.js'
import { electionMachine } from '../../spec/election/election-machine.js'
import { serviceMachineOver } from '../../spec/service/service-machine.js'
import type { Submodels } from '../../spec/service/submodels.js'
import type { Service } from '../../spec/service/service-state.js'
import { sessionMachine } from '../../spec/session/session-machine.js'
import { treeMachine } from '../../spec/tree/tree-machine.js'
import { watcherMachine } from '../../spec/watcher/watcher-machine.js'
import { wireMachine } from '../../spec/wire/wire-machine.js'
import { leaderMachine as leaderMachineHere } from '../broadcast/leader-machine.js'
import { learnerHandlerMachine as learnerHandlerMachineHere } from '../broadcast/learner-handler-machine.js'
import { learnerMachine } from '../broadcast/learner-machine.js'
import { credentialsMachine } from '../acl/credentials-machine.js'
import { sessionLifeMachine } from '../session/session-life-machine.js'
import { watchMachine } from '../watcher/watch-machine.js'
import { electionMachine as electionMachineHere } from '../election/election-machine.js'
import { connectionMachine } from '../server/connection/connection-machine.js'
import { lifeMachine } from '../server/life/life-machine.js'
import { memberMachine } from '../server/ensemble/member-machine.js'

export interface RegisteredMachine {
  /** The page of `docs/` it stands on. */
  readonly subsystem: string
  readonly layer: 'spec' | 'src'
  /** Relative to the checkout. */
  readonly file: string
  readonly machine: AnyStateMachine
}

// Drawing runs no guard and no action, so the service needs no submodels and no state here.
const serviceMachine = serviceMachineOver({} as Submodels<unknown>, {} as Service)

export const machines: readonly RegisteredMachine[] = [
  { subsystem: 'tree', layer: 'spec', file: 'spec/tree/tree-machine.ts', machine: treeMachine },
  { subsystem: 'acl', layer: 'spec', file: 'spec/acl/acl-machine.ts', machine: aclMachine },
  { subsystem: 'session', layer: 'spec', file: 'spec/session/session-machine.ts', machine: sessionMachine },
  { subsystem: 'watcher', layer: 'spec', file: 'spec/watcher/watcher-machine.ts', machine: watcherMachine },
  { subsystem: 'wire', layer: 'spec', file: 'spec/wire/wire-machine.ts', machine: wireMachine },
  { subsystem: 'service', layer: 'spec', file: 'spec/service/service-machine.ts', machine: serviceMachine },
  { subsystem: 'broadcast', layer: 'spec', file: 'spec/broadcast/leader-machine.ts', machine: leaderMachine },
  {
    subsystem: 'broadcast',
    layer: 'spec',
    file: 'spec/broadcast/follower-machine.ts',
    machine: followerMachine,
  },
  {
    subsystem: 'broadcast',
    layer: 'spec',
    file: 'spec/broadcast/learner-handler-machine.ts',
    machine: learnerHandlerMachine,
  },
  { subsystem: 'ensemble', layer: 'spec', file: 'spec/ensemble/server-machine.ts', machine: serverMachine },
  {
    subsystem: 'election',
    layer: 'spec',
    file: 'spec/election/election-machine.ts',
    machine: electionMachine,
  },
  {
    subsystem: 'broadcast',
    layer: 'src',
    file: 'src/broadcast/leader-machine.ts',
    machine: leaderMachineHere,
  },
  {
    subsystem: 'broadcast',
    layer: 'src',
    file: 'src/broadcast/learner-handler-machine.ts',
    machine: learnerHandlerMachineHere,
  },
  { subsystem: 'broadcast', layer: 'src', file: 'src/broadcast/learner-machine.ts', machine: learnerMachine },
  { subsystem: 'acl', layer: 'src', file: 'src/acl/credentials-machine.ts', machine: credentialsMachine },
  {
    subsystem: 'session',
    layer: 'src',
    file: 'src/session/session-life-machine.ts',
    machine: sessionLifeMachine,
  },
  { subsystem: 'watcher', layer: 'src', file: 'src/watcher/watch-machine.ts', machine: watchMachine },
  { subsystem: 'server', layer: 'src', file: 'src/server/life/life-machine.ts', machine: lifeMachine },
  {
    subsystem: 'server',
    layer: 'src',
    file: 'src/server/connection/connection-machine.ts',
    machine: connectionMachine,
  },
  {
    subsystem: 'election',
    layer: 'src',
    file: 'src/election/election-machine.ts',
    machine: electionMachineHere,
  },
  {
    subsystem: 'ensemble',
    layer: 'src',
    file: 'src/server/ensemble/member-machine.ts',
    machine: memberMachine,
  },
]
