/** ZOOKEEPER-4643: the current epoch is on disk before the transactions that it stands for. */
import { add, patch } from './patch.js'
import { chain, defineVariant } from './variant.js'

export const variant = defineVariant({
  id: 'zookeeper-4643',
  title: 'currentEpoch is written before what DIFF brought',
  forbidden: ['BROADCAST-46', 'BROADCAST-47'],
  bounds: { history: 1, epochs: 3, transactions: 1, crashes: 2 },
  machines: {
    follower: chain(
      add({
        states: {
          synchronization: {
            states: {
              writingEpochFirst: {
                on: {
                  WRITE: {
                    target: 'loggingCommitted',
                    actions: 'writeCurrentEpoch',
                    meta: { rule: 'BROADCAST-47', durable: true },
                  },
                },
              },
            },
          },
        },
      }),
      patch({
        states: {
          synchronization: {
            states: {
              receiving: { on: { NEWLEADER: { '#2': { target: 'writingEpochFirst' } } } },
              loggingCommitted: {
                on: { WRITE: { target: 'awaitingUptodate', actions: ['logCommitted', 'ackNewLeader'] } },
              },
            },
          },
        },
      }),
    ),
  },
})
