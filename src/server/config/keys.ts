/**
 * The keys of `zoo.cfg`: one table that reading, complaints and `docs/configuration.md` all come from.
 * A key may be written with the prefix `zookeeper.`, as the system property that Apache takes it for.
 */
import type { ServerConfig } from './config.js'

/** A key that zoospec offers. */
export interface OfferedKey {
  readonly key: string
  /** What a value must look like; completes "expected ...". */
  readonly expects: string
  /** The default in words, when it isn't simply the value. */
  readonly default: string
  readonly about: string
  /** Takes the value over; false when it isn't what the key expects. */
  readonly set: (config: ServerConfig, value: string) => boolean
}

type KeysOf<T> = { [K in keyof ServerConfig]-?: ServerConfig[K] extends T ? K : never }[keyof ServerConfig]

function int(
  key: string,
  name: KeysOf<number>,
  fallback: string,
  about: string,
  min = 0,
  max = 2 ** 31 - 1,
): OfferedKey {
  const bounds = max === 2 ** 31 - 1 ? `of at least ${min}` : `from ${min} to ${max}`
  return {
    key,
    expects: `a whole number ${bounds}`,
    default: fallback,
    about,
    set: (config, value) => {
      const number = Number(value)
      if (!/^[+-]?\d+$/.test(value) || number < min || number > max) return false
      config[name] = number
      return true
    },
  }
}

function flag(
  key: string,
  name: KeysOf<boolean>,
  fallback: string,
  about: string,
  yes = 'true',
  no = 'false',
): OfferedKey {
  return {
    key,
    expects: `${yes} or ${no}`,
    default: fallback,
    about,
    set: (config, value) => {
      const word = value.toLowerCase()
      if (word !== yes && word !== no) return false
      config[name] = word === yes
      return true
    },
  }
}

function text(
  key: string,
  expects: string,
  fallback: string,
  about: string,
  set: OfferedKey['set'],
): OfferedKey {
  return { key, expects, default: fallback, about, set }
}

const digests: Readonly<Record<string, true>> = {
  SHA1: true,
  'SHA-1': true,
  SHA256: true,
  'SHA-256': true,
  SHA512: true,
  'SHA-512': true,
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
    'The address to listen on.',
    (config, value) => {
      config.clientPortAddress = value
      return value !== '' && !/\s/.test(value)
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
  int('maxClientCnxns', 'maxClientCnxns', '60', 'Connections from one address; 0 lifts the limit.'),
  int('maxCnxns', 'maxCnxns', '0', 'Connections in all; 0 lifts the limit.'),
  int(
    'globalOutstandingLimit',
    'globalOutstandingLimit',
    '1000',
    'Requests in progress beyond which connections that have some are not read.',
    1,
  ),
  int('jute.maxbuffer', 'juteMaxBuffer', '1048575', 'The largest request, in bytes.', 1024),
  int('snapCount', 'snapCount', '100000', 'Transactions logged between snapshots; at least 2.', 0),
  int(
    'snapSizeLimitInKb',
    'snapSizeLimitInKb',
    '4194304',
    'Kilobytes logged between snapshots; 0 or less lifts the limit.',
    -1,
  ),
  int(
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
  int(
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
    'SHA1, SHA256 or SHA512',
    'SHA1',
    'The hash of the digest scheme.',
    (config, value) => {
      config.digestAlgorithm = value.replace('-', '')
      return digests[value] === true
    },
  ),
  flag('enforceQuota', 'enforceQuota', 'false', 'Whether hard quotas refuse what would exceed them.'),
  flag('extendedTypesEnabled', 'extendedTypes', 'false', 'Whether TTL nodes can be created.'),
  flag('skipACL', 'skipAcl', 'no', 'Whether access control lists are ignored.', 'yes', 'no'),
  flag('digest.enabled', 'digestEnabled', 'true', 'Whether logs and snapshots carry the digest of the tree.'),
  flag(
    'closeSessionTxn.enabled',
    'closeSessionTxn',
    'true',
    'Whether the transaction that closes a session lists its ephemerals.',
  ),
  int(
    'znode.container.checkIntervalMs',
    'containerCheckIntervalMs',
    '60000',
    'Milliseconds between searches for empty containers and outlived TTL nodes.',
    1,
  ),
  int(
    'znode.container.maxPerMinute',
    'containerMaxPerMinute',
    '10000',
    'Containers and TTL nodes that may be deleted in a minute.',
    1,
  ),
  int(
    'znode.container.maxNeverUsedIntervalMs',
    'containerMaxNeverUsedIntervalMs',
    '0',
    'Age at which a container that never had children may be deleted; 0 never.',
  ),
  int(
    'nio.sessionlessCnxnTimeout',
    'sessionlessCnxnTimeout',
    '10000',
    'Milliseconds that a connection may take to ask for a session.',
    1,
  ),
  int(
    'request_throttle_max_requests',
    'requestThrottleMaxRequests',
    '0',
    'Requests in the pipeline beyond which no connection is read; 0 lifts the limit.',
  ),
  flag('clientTcpKeepAlive', 'tcpKeepAlive', 'false', 'Whether client connections use TCP keep-alive.'),
  flag(
    'reconfigEnabled',
    'reconfigEnabled',
    'false',
    'Whether `reconfig` may be asked for; a standalone server refuses it either way.',
  ),
]

/** A key that Apache knows and zoospec doesn't offer (yet): by name, or by how it starts. */
export interface KnownKey {
  readonly key: string
  readonly prefix?: true
  readonly why: string
}

const ensemble = 'ensembles are not offered yet'
const tls = 'TLS is not offered yet'
const sasl = 'SASL is not offered yet'
const admin = "Apache's admin server is not offered"
const jvm = "it tunes Apache's threads and caches, which zoospec does not have"
const metrics = 'metrics are offered by the four-letter word mntr only'
const local = 'local sessions are not offered yet'

function known(why: string, ...keys: string[]): KnownKey[] {
  return keys.map((key) => (key.endsWith('*') ? { key: key.slice(0, -1), prefix: true, why } : { key, why }))
}

/** The keys of Apache 3.8 that are read, named in a warning and not acted on. */
export const knownKeys: readonly KnownKey[] = [
  ...known(
    ensemble,
    'server.*',
    'group.*',
    'weight.*',
    'electionAlg',
    'peerType',
    'syncEnabled',
    'dynamicConfigFile',
    'standaloneEnabled',
    'quorumListenOnAllIPs',
    'connectToLearnerMasterLimit',
    'observerMasterPort',
    'oraclePath',
    'multiAddress.*',
    'leaderServes',
    'cnxTimeout',
    'quorumCnxnTimeoutMs',
    'electionPortBindRetry',
    'observer.*',
    'observerMaster.*',
    'learner.*',
    'leader.*',
    'fastleader.*',
    'follower.*',
    'leaderConnectDelayDuringRetryMs',
    'readonlymode.enabled',
    'commitLogCount',
    'snapshotSizeFactor',
    'forceSnapshotSync',
    'forward_learner_requests_to_commit_processor_disabled',
    'ensembleAuthName',
    'learnerAsyncSending',
  ),
  ...known(
    tls,
    'ssl.*',
    'sslQuorum*',
    'secureClientPort',
    'secureClientPortAddress',
    'portUnification',
    'client.portUnification',
    'client.secure',
    'clientCnxnSocket',
    'netty.*',
    'X509AuthenticationProvider.superUser',
    'authProvider.*',
    'fips-mode',
  ),
  ...known(
    sasl,
    'quorum.auth.*',
    'quorum.cnxn.*',
    'sasl.*',
    'allowSaslFailedClients',
    'sessionRequireClientSASLAuth',
    'enforce.auth.*',
    'kerberos.*',
    'superUser',
    'letAnySaslUserDoX',
    'SASLAuthenticationProvider.superPassword',
    'requireClientAuthScheme',
    'requireKerberosConfig',
    'jaasLoginRenew',
    'kinit',
    'server.principal',
    'server.realm',
    'security.auth_to_local',
  ),
  ...known(admin, 'admin.*', 'controllerPort'),
  ...known(metrics, 'metricsProvider.*', 'pathStats.*', 'jmx.*', 'audit.*', 'messageTracker.*'),
  ...known(local, 'localSessionsEnabled', 'localSessionsUpgradingEnabled'),
  ...known(
    jvm,
    'nio.*',
    'commitProcessor.*',
    'serverCnxnFactory',
    'maxResponseCacheSize',
    'maxGetChildrenResponseCacheSize',
    'bitHashCacheSize',
    'watchManagerName',
    'watcherClean*',
    'maxInProcessingDeadWatchers',
    'jvm.pause.*',
    'intBufferStartingSizeBytes',
    'tcpKeepAlive',
    'flushDelay',
    'maxWriteQueuePollTime',
    'maxBatchSize',
    'datadir.autocreate',
    'db.autocreate',
    'emulate353TTLNodes',
    'enableEagerACLCheck',
    'DigestAuthenticationProvider.enabled',
    'largeRequestMaxBytes',
    'largeRequestThreshold',
    'connection_throttle_*',
    'request_throttle*',
    'request_throttler.*',
    'request_stale_*',
    'request.timeout',
    'throttled_op_wait_time',
    'digestFromLoadedSnapshot',
    'unsafe.*',
    'compressedSnapshot',
  ),
]
