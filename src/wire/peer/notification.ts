/**
 * The message of fast leader election: how a server votes, and in which state it is. Its sender is known by the connection.
 * Carries ELECTION-73, ELECTION-74.
 */
import { MarshallingError } from '../marshalling-error.js'

/** A server's states, each at the place that is its number on the wire. */
export const peerStates = ['LOOKING', 'FOLLOWING', 'LEADING', 'OBSERVING'] as const

/** A server's state, as it tells it. */
export type PeerState = (typeof peerStates)[number]

/** A vote and what goes with it. */
export interface Notification {
  readonly state: PeerState
  /** The sid that it votes for. */
  readonly leader: bigint
  /** The last zxid of that server. */
  readonly zxid: bigint
  /** The sender's round (wire: electionEpoch). */
  readonly round: bigint
  /** The `currentEpoch` of the server that it votes for. */
  readonly peerEpoch: bigint
  /** The form of the message: 0 of servers before 3.4.6, 1 before 3.5, 2 since. */
  readonly version: number
  /** The servers of the ensemble, as the text of the sender's configuration; null in a form that has none. */
  readonly config: string | null
}

// Lengths that tell the oldest forms apart, and where the fields behind them stand.
const withoutPeerEpoch = 28
const withoutVersion = 40
const versionAt = 36
const configLengthAt = 40
const configAt = 44

/** The bytes of a message of version 2, without the length before it. */
export function notificationBytes(notification: Omit<Notification, 'version'>): Buffer {
  const config = Buffer.from(notification.config ?? '')
  const bytes = Buffer.alloc(configAt + config.length)
  bytes.writeInt32BE(peerStates.indexOf(notification.state), 0)
  bytes.writeBigInt64BE(notification.leader, 4)
  bytes.writeBigInt64BE(notification.zxid, 12)
  bytes.writeBigInt64BE(notification.round, 20)
  bytes.writeBigInt64BE(notification.peerEpoch, 28)
  bytes.writeInt32BE(2, versionAt)
  bytes.writeInt32BE(config.length, configLengthAt)
  config.copy(bytes, configAt)
  return bytes
}

/**
 * Reads a message, without the length before it, of any version.
 * @throws MarshallingError at one that is to be dropped; the connection stays (ELECTION-74)
 */
export function readNotification(bytes: Buffer): Notification {
  if (bytes.length < withoutPeerEpoch) throw tooShort(bytes, `at least ${withoutPeerEpoch} bytes`)
  const state = peerStates[bytes.readInt32BE(0)]
  if (state === undefined) throw new MarshallingError(0, 'a state from 0 to 3', String(bytes.readInt32BE(0)))
  const zxid = bytes.readBigInt64BE(12)
  const vote = { state, leader: bytes.readBigInt64BE(4), zxid, round: bytes.readBigInt64BE(20) }
  if (bytes.length === withoutPeerEpoch) return { ...vote, peerEpoch: zxid >> 32n, version: 0, config: null }
  if (bytes.length < withoutVersion)
    throw tooShort(bytes, `${withoutPeerEpoch} bytes, or at least ${withoutVersion}`)
  const peerEpoch = bytes.readBigInt64BE(28)
  if (bytes.length === withoutVersion) return { ...vote, peerEpoch, version: 0, config: null }
  const version = bytes.readInt32BE(versionAt)
  return { ...vote, peerEpoch, version, config: version > 1 ? readConfig(bytes) : null }
}

function readConfig(bytes: Buffer): string {
  if (bytes.length < configAt) throw tooShort(bytes, `at least ${configAt} bytes`)
  const length = bytes.readInt32BE(configLengthAt)
  const most = bytes.length - configAt
  if (length < 0 || length > most)
    throw new MarshallingError(
      configLengthAt,
      `a length of the configuration from 0 to ${most}`,
      String(length),
    )
  return bytes.toString('utf8', configAt, configAt + length)
}

function tooShort(bytes: Buffer, expected: string): MarshallingError {
  return new MarshallingError(0, expected, `${bytes.length} bytes`)
}
