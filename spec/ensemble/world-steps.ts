/** What may happen to an ensemble as a whole, however its leaders are elected: what clients ask for, who gives up, what fails. */
import { isQuorum } from '../broadcast/majority-quorum.js'
import type { Ensemble } from '../broadcast/broadcast-types.js'
import type { Sid } from '../broadcast/zxid.js'
import { none, reaches, type View, viewOf, type World, type WorldStep } from './ensemble-world.js'

/** All of it that a state allows; the views are by sid, from 1 on. */
export function worldSteps(world: World, views: readonly View[], ensemble: Ensemble): readonly WorldStep[] {
  const all = [...ensemble.participants, ...ensemble.observers]
  return [
    ...all.flatMap((sid) => requests(world, views, sid)),
    ...all.flatMap((sid) => givingUp(world, views, ensemble, sid)),
    ...all.flatMap((sid) => starts(world, views, sid)),
    ...all.flatMap((sid) => faults(world, views, sid)),
    ...links(world, all),
  ]
}

function requests(world: World, views: readonly View[], sid: Sid): readonly WorldStep[] {
  const { isServing, canSave } = viewOf(views, sid)
  const steps: WorldStep[] = []
  if (isServing) {
    const request = world.requests + 1
    steps.push({
      ...none,
      action: { do: 'request', server: sid },
      world: { ...world, requests: request },
      events: [{ process: sid - 1, event: { type: 'CLIENT', request } }],
      text: `a client asks server ${sid} for write ${request}`,
      rules: ['ENSEMBLE-10'],
    })
  }
  if (isServing && canSave) {
    steps.push({
      ...none,
      action: { do: 'snapshot', server: sid },
      world,
      events: [{ process: sid - 1, event: { type: 'SNAPSHOT' } }],
      text: `server ${sid} takes a snapshot`,
      rules: ['BROADCAST-58'],
    })
  }
  return steps
}

/** ENSEMBLE-23: nobody waits for ever for servers that will not answer. */
function givingUp(world: World, views: readonly View[], ensemble: Ensemble, sid: Sid): readonly WorldStep[] {
  const { life, leader, isUnaccepted } = viewOf(views, sid)
  const giveUp = (text: string): WorldStep => ({
    ...none,
    action: { do: 'give up', server: sid },
    world,
    events: [{ process: sid - 1, event: { type: 'GIVE_UP' } }],
    text,
    rules: ['ENSEMBLE-23'],
  })
  if (life === 'following' && !reaches(world, sid, leader)) {
    return [giveUp(`server ${sid} hears nothing of server ${leader}, and gives it up`)]
  }
  if (life !== 'leading') return []
  if (isUnaccepted) return [giveUp(`server ${sid} has no quorum that accepts its epoch, and stops leading`)]
  const followers = views.flatMap((view, at) =>
    view.leader === sid && view.life !== 'down' && reaches(world, sid, at + 1) ? [at + 1] : [],
  )
  return isQuorum(ensemble, followers) ? [] : [giveUp(`server ${sid} has no quorum, and stops leading`)]
}

function starts(world: World, views: readonly View[], sid: Sid): readonly WorldStep[] {
  const { life, isStuck } = viewOf(views, sid)
  if (life !== 'down' || isStuck) return []
  return [
    {
      ...none,
      action: { do: 'start', server: sid },
      world,
      events: [{ process: sid - 1, event: { type: 'START' } }],
      text: `server ${sid} starts`,
      rules: ['ENSEMBLE-31'],
    },
  ]
}

function faults(world: World, views: readonly View[], sid: Sid): readonly WorldStep[] {
  const { life, writesLog } = viewOf(views, sid)
  const steps: WorldStep[] = []
  if (life !== 'down') {
    steps.push({
      ...none,
      action: { do: 'crash', server: sid },
      world,
      events: [{ process: sid - 1, event: { type: 'CRASH' } }],
      crashed: [sid - 1],
      isFault: true,
      text: `server ${sid} crashes`,
      rules: ['ENSEMBLE-30'],
    })
  }
  if (writesLog) {
    steps.push({
      ...none,
      action: { do: 'disk error', server: sid },
      world,
      events: [{ process: sid - 1, event: { type: 'DISK_ERROR' } }],
      isFault: true,
      text: `server ${sid} can't write to its log`,
      rules: ['BROADCAST-66'],
    })
  }
  return steps
}

function links(world: World, all: readonly Sid[]): readonly WorldStep[] {
  return all.flatMap((a) =>
    all
      .filter((b) => b > a)
      .flatMap((b): readonly WorldStep[] => {
        const between = [a, b] as const
        if (!reaches(world, a, b)) {
          const cut = world.cut.filter(([x, y]) => x !== a || y !== b)
          const text = `servers ${a} and ${b} reach each other again`
          return [
            {
              ...none,
              action: { do: 'heal', between },
              world: { ...world, cut },
              // Who believes in a connection that it could not make finds that there is none.
              cut: [[a - 1, b - 1]],
              text,
              rules: ['ENSEMBLE-33'],
            },
          ]
        }
        return [
          {
            ...none,
            action: { do: 'cut', between },
            world: { ...world, cut: [...world.cut, between].sort(byPair) },
            cut: [[a - 1, b - 1]],
            isFault: true,
            text: `servers ${a} and ${b} lose each other`,
            rules: ['ENSEMBLE-32'],
          },
        ]
      }),
  )
}

const byPair = (x: readonly [Sid, Sid], y: readonly [Sid, Sid]): number => x[0] - y[0] || x[1] - y[1]
