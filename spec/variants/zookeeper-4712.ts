/** ZOOKEEPER-4712: a role that is left does not stop the thread that logs: what waited is logged later, whatever came since. */
import { named } from '../notation/named.js'
import { append } from '../broadcast/store.js'
import type { Effects, Store } from '../broadcast/broadcast-types.js'
import type { ServerEvent } from '../ensemble/server-machine.js'
import { add } from './patch.js'
import { bring, chain, defineVariant, provide } from './variant.js'

const { does, when } = named<Store & Effects, ServerEvent>()

const hasToLog = ({ toLog }: Store): boolean => toLog.length > 0
const logOldest = <S extends Store>(store: S): S => {
  const [txn, ...rest] = store.toLog
  return txn === undefined ? store : { ...append(store, [txn]), toLog: rest }
}

const LOG = { guard: 'hasToLog', actions: 'logOldest', meta: { rule: 'BROADCAST-63', durable: true } }
const keepQueue = provide({ actions: { flushLog: () => {} } })

export const variant = defineVariant({
  id: 'zookeeper-4712',
  title: 'the log goes on after its role was left',
  forbidden: ['BROADCAST-63'],
  bounds: { history: 1, epochs: 2, transactions: 2, crashes: 2 },
  machines: {
    server: chain(
      bring({ guards: { hasToLog: when(hasToLog) }, actions: { logOldest: does(logOldest) } }),
      add({ states: { looking: { on: { LOG } } } }),
    ),
    follower: chain(
      keepQueue,
      add({ states: { discovery: { on: { LOG } }, synchronization: { on: { LOG } } } }),
    ),
    leader: chain(
      keepQueue,
      add({ states: { discovery: { on: { LOG } }, synchronization: { on: { LOG } } } }),
    ),
  },
})
