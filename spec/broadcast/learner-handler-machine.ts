/**
 * A learner's connection as its leader sees it, from the learner's first packet to broadcast. A leader has one for each
 * learner. Whether a turn may be taken is the leader's to say, who knows all of them; this says which turn comes next.
 */
import { setup } from 'xstate'

/** What happens to a learner's connection. */
export type LearnerHandlerEvent =
  /** It is told the epoch. */
  | { readonly type: 'OFFER' }
  /** It has accepted the epoch, and a quorum has not. */
  | { readonly type: 'WAIT' }
  /** What it lacks is chosen, and put together. */
  | { readonly type: 'SYNCHRONIZE' }
  /** All that it lacks, and NEWLEADER behind it, is on its way. */
  | { readonly type: 'SENT' }
  /** It has all up to NEWLEADER on disk. */
  | { readonly type: 'ACKED' }
  /** It is told that the leader is established. */
  | { readonly type: 'UPTODATE' }

const config = {
  id: 'learner-handler',
  initial: 'informed',
  states: {
    // It has said who it is.
    informed: { on: { OFFER: { target: 'offered', meta: { rule: 'BROADCAST-23' } } } },
    offered: {
      on: {
        WAIT: { target: 'waiting', meta: { rule: 'BROADCAST-28' } },
        // Once discovery has ended nobody waits.
        SYNCHRONIZE: { target: 'synchronizing', meta: { rule: 'BROADCAST-29' } },
      },
    },
    waiting: { on: { SYNCHRONIZE: { target: 'synchronizing', meta: { rule: 'BROADCAST-31' } } } },
    // From here on it gets what is proposed and committed (BROADCAST-36).
    synchronizing: { on: { SENT: { target: 'newLeader', meta: { rule: 'BROADCAST-37' } } } },
    newLeader: { on: { ACKED: { target: 'acked', meta: { rule: 'BROADCAST-38' } } } },
    acked: { on: { UPTODATE: { target: 'uptodate', meta: { rule: 'BROADCAST-39' } } } },
    // It serves; its acknowledgements are those of proposals (BROADCAST-54).
    uptodate: {},
  },
} as const

export const learnerHandlerMachine = setup({
  types: { events: {} as LearnerHandlerEvent },
}).createMachine(config)

/** How far a learner's connection has come: a state of the machine. */
export type Stage = keyof typeof config.states

/** Where every connection begins. */
export const firstStage: Stage = config.initial

type Turns = Readonly<Partial<Record<LearnerHandlerEvent['type'], { readonly target: Stage }>>>
const turns = new Map<Stage, Turns>(
  Object.entries(config.states).map(([stage, state]): [Stage, Turns] => [
    stage as Stage,
    'on' in state ? state.on : {},
  ]),
)

/** The stage after an event. Throws where the machine has no such turn. */
export function stageAfter(stage: Stage, event: LearnerHandlerEvent['type']): Stage {
  const turn = turns.get(stage)?.[event]
  if (turn === undefined) throw new Error(`a learner that is ${stage} takes no ${event}`)
  return turn.target
}
