/**
 * One real server on a simulated machine. It goes on a step at a time, the next one drawn from a seed: a turn of the loop, a
 * sync that ends, bytes that arrive, time that passes.
 */
import { setImmediate as promisesSettled } from 'node:timers/promises'
import type { Client } from '../client/client.js'
import { silent, type Logger } from '../platform/logger.js'
import type { Random } from '../random/random.js'
import { defaultConfig, type ServerConfig } from '../server/config/config.js'
import { Server } from '../server/server.js'
import { SimulatedClock } from './simulated-clock.js'
import { SimulatedDisk } from './simulated-disk.js'
import type { CrashKind } from './simulated-file.js'
import { SimulatedListener } from './simulated-listener.js'

const unused = () => {
  throw new Error('nothing of this kind is simulated')
}

export class Simulation {
  /** What runs on the machine has these; after a crash there are new ones, and what still runs on the old does no harm. */
  disk = new SimulatedDisk()
  clock = new SimulatedClock()
  private listener = new SimulatedListener()

  constructor(
    private readonly random: Random,
    private readonly config: Partial<ServerConfig>,
    private readonly logger: Logger = silent,
  ) {}

  /** Starts a server; rejects as the server's start does. */
  async start(): Promise<Server> {
    const { disk, clock, random } = this
    const listener = (this.listener = new SimulatedListener())
    const outside = {
      disk,
      clock,
      listener,
      random: () => random.part(),
      hash: unused,
      compression: { gzip: unused, gunzip: unused, compressBlock: unused, uncompressBlock: unused },
      process: { id: 1, version: 'simulated', environment: () => [], fileDescriptors: unused },
    }
    const config = { ...defaultConfig(), dataDir: '/data', ...this.config }
    const server = new Server(outside, { config, logger: this.logger })
    await this.until(server.start())
    return server
  }

  connect(): Client {
    return this.listener.connect()
  }

  /** Goes on until a promise is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false
    const settle = () => void (isSettled = true)
    promise.then(settle, settle)
    const { clock } = this
    await promisesSettled()
    // What a crash ended is never settled.
    while (!isSettled && clock === this.clock) await this.step()
    return promise
  }

  async step(): Promise<void> {
    const draw = this.random.part()
    if (draw < 0.4) this.listener.deliver()
    else if (draw < 0.65) this.clock.endTurn()
    else if (draw < 0.95) this.disk.finishSync()
    else this.clock.advance(Math.floor(draw * 20))
    await promisesSettled()
  }

  /** The machine goes down, with whatever runs on it. */
  async crash(kind: CrashKind): Promise<void> {
    this.clock = new SimulatedClock(this.clock.now())
    this.disk = this.disk.afterCrash(this.random, kind)
    this.listener.cut()
    await promisesSettled()
  }
}
