/** ZOOKEEPER-1653: a server that crashed between its log and its epoch file refuses to start. */
import { named } from '../notation/named.js'
import { lastLogged } from '../broadcast/store.js'
import { epochOf } from '../broadcast/zxid.js'
import type { ServerContext, ServerEvent } from '../ensemble/server-machine.js'
import { defineVariant, provide } from './variant.js'

const { when } = named<ServerContext, ServerEvent>()

const isConsistent = ({ disk }: ServerContext): boolean =>
  disk.acceptedEpoch >= disk.currentEpoch && disk.currentEpoch >= epochOf(lastLogged(disk))

export const variant = defineVariant({
  id: 'zookeeper-1653',
  title: 'a server does not start whose log is of a later epoch than its epoch file',
  forbidden: ['BROADCAST-14'],
  bounds: { history: 1, epochs: 1, transactions: 1, crashes: 1 },
  machines: {
    server: provide({ guards: { isEpochBehindLog: () => false, isConsistent: when(isConsistent) } }),
  },
})
