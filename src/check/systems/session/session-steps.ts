/** What can happen to sessions in their model for the checker: as the machine's event, as the model's step, and in words. */
import type { SessionEvents } from '../../../../spec/session/session-machine.js'
import * as model from '../../../../spec/session/session-model.js'
import { passwordOf } from '../../../../spec/session/password.js'

export type SessionAction =
  | { readonly kind: 'pass' }
  | { readonly kind: 'open'; readonly session: number; readonly asked: number; readonly connection: number }
  | {
      readonly kind: 'renew'
      readonly session: number
      readonly asked: number
      readonly connection: number
      readonly isRight: boolean
    }
  | {
      readonly kind: 'created' | 'touch' | 'disconnect' | 'check expiry' | 'close' | 'ended'
      readonly session: number
    }

/** One that the machine of a session takes. */
export type SessionStep = Exclude<SessionAction, { kind: 'pass' | 'open' }>

export const settings = { tickTime: 2, minSessionTimeout: 2, maxSessionTimeout: 4 }
/** Timeouts that clients ask for: too short, and too long. */
export const asked = [1, 9] as const
/** A time that is a tick's beginning, and far from 0. */
export const epoch = 100
const wrong = new Uint8Array(16)

export const idOf = (session: number): bigint => BigInt(session + 1)

/** What the model makes of a step. */
export function byModel(
  before: model.Sessions,
  at: number,
  action: SessionStep,
  now: number,
): model.Sessions {
  const id = idOf(at)
  switch (action.kind) {
    case 'created':
      return before
    case 'touch':
      return model.touch(before, id, now, settings) ?? before
    case 'disconnect': {
      const connection = before.get(id)?.connection ?? null
      return connection === null ? before : model.detach(before, connection)
    }
    case 'check expiry':
      return model.overdue(before, now).includes(id) ? model.giveUp(before, id) : before
    case 'close':
      return model.giveUp(before, id)
    case 'ended':
      return before.get(id)?.closing === true ? model.close(before, id) : before
    case 'renew': {
      const passwd = action.isRight ? passwordOf(id) : wrong
      return model.reattach(before, id, passwd, action.asked, action.connection, now, settings).sessions
    }
  }
}

/** The machine's event. */
export function eventOf(action: SessionStep, now: number): SessionEvents {
  switch (action.kind) {
    case 'renew': {
      const passwd = action.isRight ? passwordOf(idOf(action.session)) : wrong
      return { type: 'RENEW', passwd, asked: action.asked, connection: action.connection, now }
    }
    case 'touch':
      return { type: 'TOUCH', now }
    case 'check expiry':
      return { type: 'CHECK_EXPIRY', now }
    case 'created':
      return { type: 'CREATED' }
    case 'disconnect':
      return { type: 'DISCONNECT' }
    case 'close':
      return { type: 'CLOSE' }
    case 'ended':
      return { type: 'ENDED' }
  }
}

export function formatAction(action: SessionAction): string {
  switch (action.kind) {
    case 'pass':
      return 'half a tick passes'
    case 'open':
      return `session ${action.session + 1} is asked for on connection ${action.connection}, for ${action.asked}`
    case 'renew': {
      const password = action.isRight ? 'its password' : 'a wrong password'
      return `session ${action.session + 1} is named on connection ${action.connection} with ${password}, for ${action.asked}`
    }
    default:
      return `session ${action.session + 1}: ${action.kind}`
  }
}
