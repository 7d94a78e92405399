/** Servers' stores for tests of broadcast: transactions by epoch and counter, disks and memories made of them. */
import { noEffects } from '../../../spec/broadcast/effects.js'
import { emptyDisk, restore } from '../../../spec/broadcast/store.js'
import type { Disk, Effects, Ensemble, Store, Txn } from '../../../spec/broadcast/broadcast-types.js'
import { lastCounter, makeZxid, type Sid } from '../../../spec/broadcast/zxid.js'

export const ensemble: Ensemble = {
  participants: [1, 2, 3],
  observers: [4],
  forceSnapSync: false,
  committedLogLimit: 500,
  counterLimit: lastCounter,
}

/** A transaction: its write is its epoch and its counter, `203` for the third of epoch 2. */
export const txn = (epoch: number, counter: number): Txn => ({
  zxid: makeZxid(epoch, counter),
  request: epoch * 100 + counter,
})

/** A server that has just started. */
export function storeOf(disk: Partial<Disk>, sid: Sid = 1): Store & Effects {
  const whole = { ...emptyDisk, ...disk }
  return {
    sid,
    ensemble,
    disk: whole,
    database: restore(whole, ensemble),
    toLog: [],
    startsOver: false,
    ...noEffects,
  }
}
