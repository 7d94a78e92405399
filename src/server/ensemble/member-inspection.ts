/** What the four-letter words tell of a member of an ensemble. */
import type { SessionTracker } from '../../session/session-tracker.js'
import { type Folders, folderSizes } from '../../storage/folders.js'
import type { ServerCore } from '../core.js'
import type { Database } from '../database.js'
import { ServerInspection } from '../inspect.js'
import type { Outside } from '../outside.js'
import type { Role } from './role.js'

/** What `srvr` calls a role. */
const modes = { leading: 'leader', following: 'follower', observing: 'observer' } as const

/** A server that serves, as it is when it is asked. */
interface Inspected {
  readonly core: ServerCore | undefined
  readonly port: number
  readonly serving: Role['name'] | undefined
}

export function memberInspection(
  server: Inspected,
  of: { readonly outside: Outside; readonly folders: Folders; readonly sid: bigint },
  state: Database,
  sessions: SessionTracker,
): ServerInspection {
  const { outside, folders, sid } = of
  return new ServerInspection(() => server.core!, state, sessions, outside.process, {
    dataDir: folders.snapshots,
    dataLogDir: folders.logs,
    port: () => server.port,
    mode: () => modes[server.serving!],
    sid: Number(sid),
    directorySizes: () => folderSizes(outside.disk, folders),
  })
}
