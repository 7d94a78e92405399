/** Every machine of zoospec, spec and implementation: what is drawn. A test finds a machine that is missing here. */
import type { AnyStateMachine } from 'xstate'
import { aclMachine } from '../../spec/acl/machine.js'
import { followerMachine } from '../../spec/broadcast/follower.js'
import { leaderMachine } from '../../spec/broadcast/leader.js'
import { serverMachine } from '../../spec/ensemble/machine.js'
import { serviceMachineOver } from '../../spec/service/machine.js'
import type { Parts } from '../../spec/service/parts.js'
import type { Service } from '../../spec/service/state.js'
import { sessionMachine } from '../../spec/session/machine.js'
import { treeMachine } from '../../spec/tree/machine.js'
import { watcherMachine } from '../../spec/watcher/machine.js'
import { wireMachine } from '../../spec/wire/machine.js'
import { credentialsMachine } from '../acl/machine.js'
import { sessionLifeMachine } from '../session/machine.js'
import { znodeMachine } from '../tree/machine.js'
import { watchMachine } from '../watcher/machine.js'
import { connectionMachine } from '../server/connection/machine.js'
import { lifeMachine } from '../server/life/machine.js'
import { flowMachine } from '../server/flow/machine.js'
import { orderMachine } from '../server/pipeline/machine.js'

export interface RegisteredMachine {
  /** The page of `docs/` it stands on. */
  readonly subsystem: string
  readonly layer: 'spec' | 'src'
  /** Relative to the checkout. */
  readonly file: string
  readonly machine: AnyStateMachine
}

// Drawing runs no guard and no action, so the service needs no parts and no state here.
const serviceMachine = serviceMachineOver({} as Parts<unknown>, {} as Service)

export const machines: readonly RegisteredMachine[] = [
  { subsystem: 'tree', layer: 'spec', file: 'spec/tree/machine.ts', machine: treeMachine },
  { subsystem: 'acl', layer: 'spec', file: 'spec/acl/machine.ts', machine: aclMachine },
  { subsystem: 'session', layer: 'spec', file: 'spec/session/machine.ts', machine: sessionMachine },
  { subsystem: 'watcher', layer: 'spec', file: 'spec/watcher/machine.ts', machine: watcherMachine },
  { subsystem: 'wire', layer: 'spec', file: 'spec/wire/machine.ts', machine: wireMachine },
  { subsystem: 'service', layer: 'spec', file: 'spec/service/machine.ts', machine: serviceMachine },
  { subsystem: 'broadcast', layer: 'spec', file: 'spec/broadcast/leader.ts', machine: leaderMachine },
  { subsystem: 'broadcast', layer: 'spec', file: 'spec/broadcast/follower.ts', machine: followerMachine },
  { subsystem: 'ensemble', layer: 'spec', file: 'spec/ensemble/machine.ts', machine: serverMachine },
  { subsystem: 'tree', layer: 'src', file: 'src/tree/machine.ts', machine: znodeMachine },
  { subsystem: 'acl', layer: 'src', file: 'src/acl/machine.ts', machine: credentialsMachine },
  { subsystem: 'session', layer: 'src', file: 'src/session/machine.ts', machine: sessionLifeMachine },
  { subsystem: 'watcher', layer: 'src', file: 'src/watcher/machine.ts', machine: watchMachine },
  { subsystem: 'server', layer: 'src', file: 'src/server/life/machine.ts', machine: lifeMachine },
  { subsystem: 'server', layer: 'src', file: 'src/server/connection/machine.ts', machine: connectionMachine },
  { subsystem: 'server', layer: 'src', file: 'src/server/pipeline/machine.ts', machine: orderMachine },
  { subsystem: 'server', layer: 'src', file: 'src/server/flow/machine.ts', machine: flowMachine },
]
