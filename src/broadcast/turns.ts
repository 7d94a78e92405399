/**
 * One turn at a time: what a host calls while it is called back waits until the turn in progress is over. So no output sees
 * a role in the middle of a step, and a host may answer at once: a write that is done may be reported where it was asked for.
 */
export class Turns {
  private readonly waiting: (() => void)[] = []
  private isBusy = false

  take(turn: () => void): void {
    this.waiting.push(turn)
    if (this.isBusy) return
    this.isBusy = true
    try {
      for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) next()
    } finally {
      this.isBusy = false
    }
  }
}
