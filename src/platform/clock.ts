/** Time as a server takes it from outside: the runtime's clock, or a simulation's. All times are milliseconds. */

/** Ends a timer. */
export type Cancel = () => void

export interface Clock {
  /** Since 1970; never goes back. */
  now(): number
  /** Since some moment; for measuring how long something took. */
  elapsed(): number
  /** Runs an action at the end of this turn of the loop: what the turn's other inputs bring goes along. */
  soon(action: () => void): void
  /** Runs an action again and again. Any interval is possible, years too. */
  every(interval: number, action: () => void): Cancel
}

/** Resolves in the next turn of the loop: whoever has much to do lets others work in between. */
export function nextTurn(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.soon(resolve))
}

/** Resolves after some milliseconds. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.every(ms, () => {
      cancel()
      resolve()
    })
  })
}
