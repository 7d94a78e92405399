/** ZOOKEEPER-4394: NEWLEADER takes all proposals for committed, and the commit of one that wasn't finds nothing to commit. */
import { named } from '../notation/named.js'
import type { FollowerContext, FollowerEvent, On } from '../broadcast/follower-actions.js'
import { append } from '../broadcast/store.js'
import { defineVariant, provide } from './variant.js'

const { does, when } = named<FollowerContext, FollowerEvent>()

const logAll = (follower: FollowerContext): FollowerContext => ({
  ...append(follower, follower.notLogged),
  notLogged: [],
  committed: 0,
})
const hasKept = ({ epoch, notLogged }: FollowerContext, event: On<'NEWLEADER'>): boolean =>
  event.epoch === epoch && notLogged.length > 0

export const variant = defineVariant({
  id: 'zookeeper-4394',
  title: 'NEWLEADER forgets which proposals wait for their commit',
  forbidden: ['BROADCAST-46', 'BROADCAST-48'],
  bounds: { history: 1, epochs: 1, transactions: 1, crashes: 0 },
  machines: {
    follower: provide({
      guards: { hasCommitted: when<'NEWLEADER'>(hasKept) },
      actions: { logCommitted: does(logAll) },
    }),
  },
})
