/**
 * Keeps a flood from growing the server's memory: while too many requests, or too many bytes of them, are in progress,
 * connections that have some are not read. One that has none may always ask once more, so that nobody starves.
 */
import type { Connection } from './connection/connection.js'

/** Bytes of requests in progress that are too many. */
const bytesLimit = 128 << 20

export class Throttle<Held extends Connection> {
  /** Requests in progress. */
  outstanding = 0
  private bytes = 0
  private readonly held = new Set<Held>()

  /** @param limit requests in progress beyond which it throttles */
  constructor(private readonly limit: number) {}

  /** A request is in progress from now on. */
  begin(connection: Held, size: number): void {
    connection.outstanding++
    this.outstanding++
    this.bytes += size
  }

  /** A request has been answered. */
  finish(connection: Held, size: number): void {
    connection.outstanding--
    this.outstanding--
    this.bytes -= size
  }

  /** Holds a connection if there is too much, and some of it is its own. */
  consider(connection: Held): void {
    if (!this.hasTooMany || connection.outstanding === 0 || this.held.has(connection)) return
    this.held.add(connection)
    connection.gate.setThrottled(true)
  }

  /** Lets connections go on, each told to whoever reads it, when there is room again or they have nothing in progress. */
  relax(resume: (connection: Held) => void): void {
    if (this.held.size === 0) return
    for (const connection of [...this.held]) {
      if (this.hasTooMany && connection.outstanding > 0) continue
      this.held.delete(connection)
      connection.gate.setThrottled(false)
      resume(connection)
    }
  }

  forget(connection: Held): void {
    this.held.delete(connection)
  }

  private get hasTooMany(): boolean {
    return this.outstanding > this.limit || this.bytes > bytesLimit
  }
}
