/** ZOOKEEPER-4882: after a disk error, memory that is ahead of the log is kept, and the log goes on with a hole. */
import { named } from '../notation/named.js'
import { applyAll } from '../broadcast/store.js'
import type { Effects, Store } from '../broadcast/broadcast-types.js'
import { defineVariant, provide } from './variant.js'

const { does } = named<Store & Effects, { readonly type: string }>()

const catchUpWithLog = does((store) =>
  applyAll(
    store,
    store.disk.log.filter(({ zxid }) => zxid > store.database.lastProcessed),
  ),
)

export const variant = defineVariant({
  id: 'zookeeper-4882',
  title: 'a disk error leaves a hole in the log',
  forbidden: ['BROADCAST-63', 'BROADCAST-66'],
  bounds: { epochs: 1, transactions: 2, crashes: 0, errors: 1 },
  machines: {
    follower: provide({ actions: { catchUpWithLog } }),
    leader: provide({ actions: { catchUpWithLog } }),
  },
})
