/** The keys of Apache's `zoo.cfg` that zoospec knows and does not act on, and why. */

/** A key that Apache knows and zoospec doesn't offer (yet): by name, or by how it starts. */
export interface KnownKey {
  readonly key: string
  readonly prefix?: true
  readonly why: string
}

const ensemble = 'this part of ensembles is not offered yet'
const tls = 'TLS is not offered yet'
const sasl = 'SASL is not offered yet'
const admin = "Apache's admin server is not offered"
const jvm = "it tunes Apache's threads and caches, which zoospec does not have"
const metrics = 'metrics are offered by the four-letter word mntr only'
const digest =
  'the digest of the tree is not computed: logs and snapshots are written without it, which Apache reads'
const local = 'local sessions are not offered yet'

function known(why: string, ...keys: string[]): KnownKey[] {
  return keys.map((key) => (key.endsWith('*') ? { key: key.slice(0, -1), prefix: true, why } : { key, why }))
}

/** The keys of Apache 3.8 that are read, named in a warning and not acted on. */
export const knownKeys: readonly KnownKey[] = [
  ...known(
    ensemble,
    'syncEnabled',
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
  ...known('fast leader election is the only one that there is', 'electionAlg'),
  ...known('the line server.N says who observes', 'peerType'),
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
  ...known(digest, 'digest.enabled', 'digestFromLoadedSnapshot', 'compatibilityVerifyDigest'),
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
    'unsafe.*',
    'compressedSnapshot',
  ),
]
