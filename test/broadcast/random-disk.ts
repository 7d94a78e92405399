/** Disks that servers may have when a role begins, drawn from a seed: a history of some epochs, part of it in a snapshot. */
import type { Disk, Txn } from '../../spec/broadcast/broadcast-types.js'
import { makeZxid } from '../../spec/broadcast/zxid.js'
import type { Random } from '../../src/random/random.js'

export function randomDisk(random: Random): Disk {
  const currentEpoch = random.below(4)
  const txns: Txn[] = []
  for (let epoch = 1; epoch <= currentEpoch; epoch++)
    for (let counter = 1, last = random.below(4); counter <= last; counter++)
      txns.push({ zxid: makeZxid(epoch, counter), request: epoch * 100 + counter })
  const inSnapshot = random.below(3) === 0 ? random.below(txns.length + 1) : 0
  return {
    acceptedEpoch: currentEpoch + random.below(2),
    currentEpoch,
    snapshot: { zxid: txns[inSnapshot - 1]?.zxid ?? 0, txns: txns.slice(0, inSnapshot) },
    log: txns.slice(inSnapshot),
  }
}
