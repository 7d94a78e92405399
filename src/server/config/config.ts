/**
 * What a server can be told: every setting that zoospec offers, with its default.
 * `keys.ts` says how each is written in `zoo.cfg`; `read-config.ts` reads one.
 */

/** A server's settings. Times are milliseconds, sizes bytes, unless a name says otherwise. */
export interface ServerConfig {
  dataDir: string
  /** Where the transaction log goes; null: with the snapshots in `dataDir`. */
  dataLogDir: string | null
  clientPort: number
  /** The address to listen on; null: every address of the machine. */
  clientPortAddress: string | null
  clientPortListenBacklog: number
  tickTime: number
  /** Ticks that a learner may take to reach and to follow its leader. */
  initLimit: number
  /** Ticks that a leader and a learner may be silent. */
  syncLimit: number
  /** -1: twice `tickTime`. */
  minSessionTimeout: number
  /** -1: twenty times `tickTime`. */
  maxSessionTimeout: number
  /** Connections from one address; 0: no limit. */
  maxClientCnxns: number
  /** Connections in all; 0: no limit. */
  maxCnxns: number
  globalOutstandingLimit: number
  juteMaxBuffer: number
  snapCount: number
  snapSizeLimitInKb: number
  txnLogSizeLimitInKb: number
  preAllocSizeInKb: number
  forceSync: boolean
  fsyncWarningThresholdMs: number
  snapRetainCount: number
  /** Hours between purges; 0: never. */
  purgeInterval: number
  snapshotTrustEmpty: boolean
  snapshotCompression: 'checked' | 'gz' | 'snappy'
  /** The four-letter words that are answered; `srvr` always is. */
  fourLetterWords: readonly string[]
  superDigest: string | null
  /** A hash by its name in Node. */
  digestAlgorithm: string
  enforceQuota: boolean
  extendedTypes: boolean
  skipAcl: boolean
  closeSessionTxn: boolean
  containerCheckIntervalMs: number
  containerMaxPerMinute: number
  containerMaxNeverUsedIntervalMs: number
  sessionlessCnxnTimeout: number
  requestThrottleMaxRequests: number
  tcpKeepAlive: boolean
  reconfigEnabled: boolean
}

/** The settings of a server that is told nothing: Apache's defaults, but on loopback and with a folder of its own. */
export function defaultConfig(): ServerConfig {
  return {
    dataDir: './zoospec-data',
    dataLogDir: null,
    clientPort: 2181,
    clientPortAddress: '127.0.0.1',
    clientPortListenBacklog: -1,
    tickTime: 3000,
    initLimit: 0,
    syncLimit: 0,
    minSessionTimeout: -1,
    maxSessionTimeout: -1,
    maxClientCnxns: 60,
    maxCnxns: 0,
    globalOutstandingLimit: 1000,
    juteMaxBuffer: 0xfffff,
    snapCount: 100_000,
    snapSizeLimitInKb: 4_194_304,
    txnLogSizeLimitInKb: -1,
    preAllocSizeInKb: 65_536,
    forceSync: true,
    fsyncWarningThresholdMs: 1000,
    snapRetainCount: 3,
    purgeInterval: 0,
    snapshotTrustEmpty: false,
    snapshotCompression: 'checked',
    fourLetterWords: [],
    superDigest: null,
    digestAlgorithm: 'sha1',
    enforceQuota: false,
    extendedTypes: false,
    skipAcl: false,
    closeSessionTxn: true,
    containerCheckIntervalMs: 60_000,
    containerMaxPerMinute: 10_000,
    containerMaxNeverUsedIntervalMs: 0,
    sessionlessCnxnTimeout: 10_000,
    requestThrottleMaxRequests: 0,
    tcpKeepAlive: false,
    reconfigEnabled: false,
  }
}

/** SESSION-21: the session timeouts that a server grants, where -1 has been resolved. */
export function sessionTimeouts(config: ServerConfig): { min: number; max: number } {
  return {
    min: config.minSessionTimeout === -1 ? config.tickTime * 2 : config.minSessionTimeout,
    max: config.maxSessionTimeout === -1 ? config.tickTime * 20 : config.maxSessionTimeout,
  }
}
