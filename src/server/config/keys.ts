/**
 * The keys of `zoo.cfg`: one table that reading, complaints and `docs/configuration.md` all come from.
 * A key may be written with the prefix `zookeeper.`, as the system property that Apache takes it for.
 */
import { decodedInt, flag, int, type OfferedKey, text } from './key-kinds.js'
import { plainHost } from './addresses.js'

/** What Java calls a hash, in capitals, by what Node calls it. */
const digests: Readonly<Record<string, readonly string[]>> = {
  md5: ['MD5'],
  sha1: ['SHA', 'SHA1', 'SHA-1'],
  sha224: ['SHA224', 'SHA-224'],
  sha256: ['SHA256', 'SHA-256'],
  sha384: ['SHA384', 'SHA-384'],
  sha512: ['SHA512', 'SHA-512'],
  'sha512-224': ['SHA512/224', 'SHA-512/224'],
  'sha512-256': ['SHA512/256', 'SHA-512/256'],
  'sha3-224': ['SHA3-224'],
  'sha3-256': ['SHA3-256'],
  'sha3-384': ['SHA3-384'],
  'sha3-512': ['SHA3-512'],
}
const compressions = { '': 'checked', gz: 'gz', snappy: 'snappy' } as const

/** Every key that zoospec offers, in the order of the documentation. */
export const offeredKeys: readonly OfferedKey[] = [
  text(
    'dataDir',
    'the path of a folder',
    './zoospec-data',
    'Snapshots, and the transaction log unless `dataLogDir` says otherwise.',
    (config, value) => {
      config.dataDir = value
      return value !== ''
    },
  ),
  text(
    'dataLogDir',
    'the path of a folder',
    '`dataDir`',
    'The transaction log; best on a disk of its own.',
    (config, value) => {
      config.dataLogDir = value
      return value !== ''
    },
  ),
  int(
    'clientPort',
    'clientPort',
    '2181',
    'The TCP port that clients connect to; 0 takes any free one.',
    0,
    65_535,
  ),
  text(
    'clientPortAddress',
    'an address of this machine',
    'every address with a file, 127.0.0.1 without',
    'The address to listen on; an IPv6 one may stand in brackets. `0.0.0.0` and `::` are every address.',
    (config, value) => {
      const address = plainHost(value)
      config.clientPortAddress = address === '0.0.0.0' || address === '::' ? null : (address ?? null)
      return address !== undefined
    },
  ),
  int(
    'clientPortListenBacklog',
    'clientPortListenBacklog',
    '-1',
    'Connections that may wait to be accepted; -1 leaves it to the system.',
    -1,
  ),
  int(
    'tickTime',
    'tickTime',
    '3000',
    'The length of a tick, in milliseconds: the grain of session expiry.',
    1,
  ),
  int(
    'initLimit',
    'initLimit',
    '0',
    'Ticks that a follower may take to connect and catch up; for ensembles.',
  ),
  int('syncLimit', 'syncLimit', '0', 'Ticks that a follower may lag; for ensembles.'),
  int(
    'minSessionTimeout',
    'minSessionTimeout',
    '2 ticks',
    'The shortest session timeout granted, in milliseconds; -1 for the default.',
    -1,
  ),
  int(
    'maxSessionTimeout',
    'maxSessionTimeout',
    '20 ticks',
    'The longest session timeout granted, in milliseconds; -1 for the default.',
    -1,
  ),
  int(
    'maxClientCnxns',
    'maxClientCnxns',
    '60',
    'Connections from one address; 0 or less lifts the limit.',
    -(2 ** 31),
  ),
  decodedInt('maxCnxns', 'maxCnxns', '0', 'Connections in all; 0 lifts the limit.'),
  decodedInt(
    'globalOutstandingLimit',
    'globalOutstandingLimit',
    '1000',
    'Requests in progress beyond which connections that have some are not read.',
    1,
  ),
  decodedInt('jute.maxbuffer', 'juteMaxBuffer', '1048575', 'The largest request, in bytes.', 1024),
  decodedInt('snapCount', 'snapCount', '100000', 'Transactions logged between snapshots; at least 2.', 0),
  decodedInt(
    'snapSizeLimitInKb',
    'snapSizeLimitInKb',
    '4194304',
    'Kilobytes logged between snapshots; 0 or less lifts the limit.',
    -1,
  ),
  decodedInt(
    'txnLogSizeLimitInKb',
    'txnLogSizeLimitInKb',
    '-1',
    'The size at which a log file gives way to a new one; -1 lifts the limit.',
    -1,
  ),
  int(
    'preAllocSize',
    'preAllocSizeInKb',
    '65536',
    'Kilobytes by which a log file grows ahead of its records.',
  ),
  flag(
    'forceSync',
    'forceSync',
    'yes',
    'Whether a reply waits until its log record is on disk. `no` risks acknowledged writes.',
    'yes',
    'no',
  ),
  decodedInt(
    'fsync.warningthresholdms',
    'fsyncWarningThresholdMs',
    '1000',
    'A sync of the log slower than this is logged.',
  ),
  int(
    'autopurge.snapRetainCount',
    'snapRetainCount',
    '3',
    'Snapshots that a purge keeps, with their logs; at least 3.',
  ),
  int('autopurge.purgeInterval', 'purgeInterval', '0', 'Hours between purges; 0 never purges.'),
  flag(
    'snapshot.trust.empty',
    'snapshotTrustEmpty',
    'false',
    'Whether a log without any snapshot is taken as complete.',
  ),
  text(
    'snapshot.compression.method',
    'nothing, gz or snappy',
    'none',
    'How snapshots are compressed.',
    (config, value) => {
      const method = compressions[value as keyof typeof compressions]
      if (method === undefined) return false
      config.snapshotCompression = method
      return true
    },
  ),
  text(
    '4lw.commands.whitelist',
    'four-letter words with commas between them, or *',
    'srvr',
    'The four-letter words that are answered.',
    (config, value) => {
      config.fourLetterWords = value
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '')
      return true
    },
  ),
  text(
    'DigestAuthenticationProvider.superDigest',
    'user:digest, where digest is the base64 of the hash of user:password',
    'none',
    'Who may do everything: the super user.',
    (config, value) => {
      config.superDigest = value
      return /^[^:]+:.+$/.test(value)
    },
  ),
  text(
    'DigestAuthenticationProvider.digestAlg',
    'the name of a hash as Java has it: SHA1, SHA-256, SHA3-256, ...',
    'SHA1',
    'The hash of the digest scheme.',
    (config, value) => {
      const [found] = Object.entries(digests).find(([, names]) => names.includes(value.toUpperCase())) ?? []
      config.digestAlgorithm = found ?? config.digestAlgorithm
      return found !== undefined
    },
  ),
  flag('enforceQuota', 'enforceQuota', 'false', 'Whether hard quotas refuse what would exceed them.'),
  flag('extendedTypesEnabled', 'extendedTypes', 'false', 'Whether TTL nodes can be created.'),
  flag('skipACL', 'skipAcl', 'no', 'Whether access control lists are ignored.', 'yes', 'no'),
  flag(
    'closeSessionTxn.enabled',
    'closeSessionTxn',
    'true',
    'Whether the transaction that closes a session lists its ephemerals.',
  ),
  decodedInt(
    'znode.container.checkIntervalMs',
    'containerCheckIntervalMs',
    '60000',
    'Milliseconds between searches for empty containers and outlived TTL nodes.',
    1,
  ),
  decodedInt(
    'znode.container.maxPerMinute',
    'containerMaxPerMinute',
    '10000',
    'Containers and TTL nodes that may be deleted in a minute.',
    1,
  ),
  decodedInt(
    'znode.container.maxNeverUsedIntervalMs',
    'containerMaxNeverUsedIntervalMs',
    '0',
    'Age at which a container that never had children may be deleted; 0 never.',
  ),
  decodedInt(
    'nio.sessionlessCnxnTimeout',
    'sessionlessCnxnTimeout',
    '10000',
    'Milliseconds that a connection may take to ask for a session.',
    1,
  ),
  decodedInt(
    'request_throttle_max_requests',
    'requestThrottleMaxRequests',
    '0',
    'As `globalOutstandingLimit`, where it is less; 0 lifts it.',
  ),
  flag('clientTcpKeepAlive', 'tcpKeepAlive', 'false', 'Whether client connections use TCP keep-alive.'),
  flag(
    'reconfigEnabled',
    'reconfigEnabled',
    'false',
    'Whether `reconfig` may be asked for; a standalone server refuses it either way.',
  ),
]
