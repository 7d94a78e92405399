/**
 * What disks must hold before a leader counts on it: a write that is committed, and the epoch and the history of a leader that is
 * established, are durable on a quorum. Looks at the disks themselves, whatever the servers say of them: a promise that is not
 * kept shows at once, and not only where a crash happens to hit it.
 */
import type { Zxid } from '../../../../spec/vocabulary/index.js'
import { logHeaderSize, recordAt } from '../../../storage/log-format.js'
import { hex, zxidOf } from '../../../storage/names.js'
import type { SimulatedDisk } from '../../simulated-disk.js'
import type { DurableFile } from '../../simulated-file.js'
import { Violation } from './violation.js'

const folder = '/data/version-2'

/** A server that votes, and what its disk is now. */
export interface Voter {
  readonly sid: bigint
  readonly disk: SimulatedDisk
}

/** What was read of a log so far. */
interface Read {
  readonly cuts: number
  offset: number
  readonly zxids: Set<Zxid>
}

export class DurableQuorum {
  private readonly logs = new WeakMap<DurableFile, Read>()

  constructor(private readonly voters: () => readonly Voter[]) {}

  /** A write is committed for the first time. */
  committed(zxid: Zxid): void {
    this.check('BROADCAST-54', `${hex(zxid)} is committed`, ({ disk }) => this.holds(disk, zxid))
  }

  /** A leader has a quorum; `history`: the last transaction that it found. */
  leads(sid: bigint, epoch: number, history: Zxid): void {
    const what = `server ${sid} leads epoch ${epoch}`
    this.check('BROADCAST-28', `${what}, accepted`, ({ disk }) => epochOn(disk, 'acceptedEpoch') >= epoch)
    this.check('BROADCAST-39', `${what}, current`, ({ disk }) => epochOn(disk, 'currentEpoch') >= epoch)
    if (history > 0n)
      this.check('BROADCAST-39', `${what} with ${hex(history)}`, ({ disk }) => this.holds(disk, history))
    this.serves(sid, epoch)
  }

  /** A server begins to serve in an epoch: it wrote that before, if it votes. */
  serves(sid: bigint, epoch: number): void {
    const voter = this.voters().find((one) => one.sid === sid)
    if (voter !== undefined && epochOn(voter.disk, 'currentEpoch') < epoch)
      throw new Violation('BROADCAST-47', `server ${sid} serves in epoch ${epoch}, which is not on its disk`)
  }

  private check(rule: string, what: string, isDurable: (voter: Voter) => boolean): void {
    const voters = this.voters()
    const having = voters.filter(isDurable).map(({ sid }) => sid)
    if (having.length * 2 <= voters.length)
      throw new Violation(
        rule,
        `${what}: durable on ${having.length} of ${voters.length} servers that vote (${having.join(', ')})`,
      )
  }

  /** Whether a crash of the machine leaves a transaction, in a log or in a snapshot behind it. */
  private holds(disk: SimulatedDisk, zxid: Zxid): boolean {
    const files = [...disk.durableFiles(folder)]
    // What is asked for was written last, or is in a snapshot.
    return (
      files.findLast(([name, file]) => name.startsWith('log.') && this.zxidsOf(file).has(zxid)) !==
        undefined || files.some(([name]) => (zxidOf('snapshot', name) ?? -1n) >= zxid)
    )
  }

  /** Logs grow, and are read once; one that was cut is read again. */
  private zxidsOf(file: DurableFile): ReadonlySet<Zxid> {
    const known = this.logs.get(file)
    const { cuts } = file
    const read = known?.cuts === cuts ? known : { cuts, offset: logHeaderSize, zxids: new Set<Zxid>() }
    if (read !== known) this.logs.set(file, read)
    const bytes = file.durableBytes()
    for (let at = recordAt(bytes, read.offset); at.kind === 'record'; at = recordAt(bytes, read.offset)) {
      read.zxids.add(at.transaction.header.zxid)
      read.offset = at.end
    }
    return read.zxids
  }
}

function epochOn(disk: SimulatedDisk, name: 'acceptedEpoch' | 'currentEpoch'): number {
  for (const [found, file] of disk.durableFiles(folder))
    if (found === name) return Number(file.durableBytes().toString())
  return -1
}
