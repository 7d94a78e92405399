/** ELECTION-63: what a server was told a moment ago tells it nothing new. Two that answer each other would go on as fast as they can. */
import type { Notification } from '../wire/peer/notification.js'

type Said = Omit<Notification, 'version'>

/** Milliseconds in which a server is not told the same twice. */
const shortest = 20

export class Repeated {
  /** What each server was told last, and when. */
  private readonly last = new Map<bigint, { readonly notification: Said; readonly at: number }>()

  /** Whether it says nothing new; else it counts as said. @param now milliseconds of a clock that does not go back */
  is(to: bigint, notification: Said, now: number): boolean {
    const last = this.last.get(to)
    if (last !== undefined && now - last.at < shortest && isSame(last.notification, notification)) return true
    this.last.set(to, { notification, at: now })
    return false
  }
}

function isSame(one: Said, other: Said): boolean {
  const keys = Object.keys(one) as (keyof Said)[]
  return keys.every((key) => one[key] === other[key])
}
