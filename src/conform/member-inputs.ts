/** The inputs of a member's `election` and `learner` events: which fields each has. Reading checks that they are there. */
import type { TraceEvent } from '../trace/trace-event.js'
import { checkFields, TraceInputError } from './trace-inputs.js'

type Fields = Readonly<Record<string, string>>

const zxid: Fields = { zxid: 'bigint' }
const epoch: Fields = { epoch: 'number' }

const election: Readonly<Record<string, Fields>> = {
  ENSEMBLE: { member: 'number', voters: 'object', observers: 'object', groups: 'object' },
  START: { history: 'object' },
  LOOK: { history: 'object' },
  NOTIFICATION: { from: 'number', state: 'string', vote: 'object', round: 'number' },
  RESEND: {},
  SETTLE: {},
  ESTABLISHED: { peerEpoch: 'number' },
}

const learner: Readonly<Record<string, Fields>> = {
  BEGIN: {
    member: 'number',
    zxid: 'bigint',
    acceptedEpoch: 'number',
    currentEpoch: 'number',
    startsOver: 'boolean',
    isObserver: 'boolean',
  },
  FOLLOW: {},
  LEADERINFO: epoch,
  ACCEPTED_EPOCH_WRITTEN: {},
  DIFF: zxid,
  TRUNC: zxid,
  /** With a zxid where the log was cut. */
  TRUNCATED: {},
  SNAP: zxid,
  SNAPSHOT_RECEIVED: {},
  PROPOSAL: zxid,
  COMMIT: zxid,
  INFORM: zxid,
  NEWLEADER: epoch,
  SNAPSHOT_WRITTEN: {},
  LOGGED: zxid,
  CURRENT_EPOCH_WRITTEN: {},
  UPTODATE: {},
  FORWARD: { request: 'object' },
  PING: {},
  SYNC: {},
  REVALIDATE: {},
  HALF_TICK: {},
  CLOSED: {},
  GIVE_UP: {},
  LOG_FAILED: {},
}

const inputs: Readonly<Record<string, typeof election>> = { election, learner }

/** Throws {@link TraceInputError} for an event of an election or a learner that lacks what its type needs. */
export function checkMemberEvent({ subsystem, input, vars }: TraceEvent): void {
  const known = inputs[subsystem]
  if (known === undefined) return
  const needed = known[input.type]
  if (needed === undefined)
    throw new TraceInputError(
      `no ${subsystem} event is called ${input.type}; there are ${Object.keys(known).join(', ')}`,
    )
  checkFields(input, input.type, needed)
  for (const list of [input.voters, input.observers, input.groups, vars?.sent])
    if (list !== undefined && !(Array.isArray(list) && list.every((each) => each !== null)))
      throw new TraceInputError(`${input.type} has something else where a list belongs`)
}
