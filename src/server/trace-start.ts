/** The first event of a trace: what the server knew when it began to serve. */
import type { SessionId } from '../../spec/vocabulary/index.js'
import { type ServerConfig, sessionTimeouts } from './config/config.js'
import { passwordOf } from '../session/password.js'
import type { Tracer } from '../trace/trace-event.js'
import type { DataTree } from '../tree/data-tree.js'

export function startTrace(
  tracer: Tracer,
  config: ServerConfig,
  tree: DataTree,
  sessions: ReadonlyMap<SessionId, number>,
  isFresh: boolean,
  time: number,
): void {
  const { min, max } = sessionTimeouts(config)
  const { skipAcl, extendedTypes, enforceQuota, superDigest, tickTime } = config
  const settings = {
    skipAcl,
    extendedTypes,
    enforceQuota,
    neverUsedInterval: config.containerMaxNeverUsedIntervalMs,
    superDigest,
    tickTime,
    minSessionTimeout: min,
    maxSessionTimeout: max,
  }
  tracer({
    time,
    subsystem: 'service',
    instance: 'server',
    input: {
      type: 'start',
      settings,
      zxid: tree.lastProcessedZxid,
      sessions: [...sessions].map(([sessionId, timeOut]) => ({
        sessionId,
        timeOut,
        passwd: passwordOf(sessionId),
      })),
      ...(isFresh ? {} : { nodes: nodesOf(tree) }),
    },
  })
}

/** Every znode by its path, as the spec has it. */
export function nodesOf(tree: DataTree): [string, Record<string, unknown>][] {
  return [...tree.entries()].map(([path, node]) => {
    const { data, acl, czxid, mzxid, pzxid, ctime, mtime, version, creations, aversion, ephemeralOwner } =
      node
    // As snapshots keep it: the creations, from which a Stat's cversion is computed.
    const fields = {
      data,
      acl,
      czxid,
      mzxid,
      pzxid,
      ctime,
      mtime,
      version,
      cversion: creations,
      aversion,
      ephemeralOwner,
    }
    return [path === '' ? '/' : path, fields]
  })
}
