/** What simulated clients do all day: configuration, names, locks and queues, in small. */
import { CreateMode, type Reply, type Request, type SessionId } from '../../../spec/vocabulary/index.js'
import type { Random } from '../../random/random.js'

const open = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const registers = 4
const names = 3
const longQueue = 10

/** Chooses a client's requests. What it has been answered, it uses. */
export class Workload {
  private readonly versions = new Map<string, number>()
  private queue: readonly string[] = []
  private ephemerals: string[] = []
  private count = 0
  private isBegun = false

  constructor(
    private readonly random: Random,
    private readonly name: string,
  ) {}

  /** A new session owns nothing. */
  newSession(): void {
    this.ephemerals = []
  }

  next(): Request {
    if (!this.isBegun) {
      this.isBegun = true
      return this.begin()
    }
    const draw = this.random.below(1000)
    if (draw < 300) return this.write(this.register(), -1)
    if (draw < 380) {
      const path = this.register()
      return this.write(path, this.versions.get(path) ?? 0)
    }
    if (draw < 560) return { op: 'getData', path: this.register(), watch: this.random.below(3) === 0 }
    if (draw < 620) return { op: 'exists', path: this.any(), watch: this.random.below(2) === 0 }
    if (draw < 680) return this.create(this.any(), CreateMode.persistent)
    if (draw < 730) return { op: 'delete', path: this.any(), version: -1 }
    if (draw < 780) return this.createEphemeral()
    if (draw < 810) return this.deleteEphemeral()
    // A queue is emptied as fast as it fills.
    if (draw < 860)
      return this.queue.length > longQueue
        ? this.takeFirst()
        : this.create('/queue/n-', CreateMode.persistentSequential)
    if (draw < 880) return this.create('/queue/e-', CreateMode.ephemeralSequential)
    if (draw < 910) return { op: 'getChildren2', path: '/queue', watch: this.random.below(3) === 0 }
    if (draw < 970) return this.takeFirst()
    if (draw < 985) return this.multi()
    return draw < 997 ? { op: 'sync', path: '/' } : { op: 'closeSession' }
  }

  /** An answer has come. */
  answered(request: Request, { err, result }: Reply): void {
    if (err !== 0 || result === undefined) return
    if ((result.op === 'setData' || result.op === 'getData') && 'path' in request)
      this.versions.set(request.path!, result.stat.version)
    if (result.op === 'getChildren2') this.queue = [...result.children].sort()
    if (result.op === 'create' && request.op === 'create' && request.flags === CreateMode.ephemeral)
      this.ephemerals.push(result.path)
  }

  private begin(): Request {
    const paths = ['/queue', '/held', ...Array.from({ length: registers }, (_, at) => `/r${at}`)]
    return {
      op: 'multi',
      ops: paths.map((path) => ({ op: 'create', path, data: null, acl: open, flags: 0 })),
    }
  }

  private register(): string {
    return `/r${this.random.below(registers)}`
  }

  private any(): string {
    return `/x${this.random.below(names)}`
  }

  /** Every value is another one, and now and then a large one. */
  private value(): Buffer {
    const text = `${this.name} ${this.count++} `
    return Buffer.from(this.random.below(50) === 0 ? text.padEnd(8000, '.') : text)
  }

  private write(path: string, version: number): Request {
    return { op: 'setData', path, data: this.value(), version }
  }

  private create(path: string, flags: number): Request {
    return { op: 'create', path, data: this.value(), acl: open, flags }
  }

  private createEphemeral(): Request {
    return this.create(`/held/${this.name}-${this.count}`, CreateMode.ephemeral)
  }

  private deleteEphemeral(): Request {
    const path = this.ephemerals.shift()
    return path === undefined ? this.createEphemeral() : { op: 'delete', path, version: -1 }
  }

  private takeFirst(): Request {
    const [first, ...rest] = this.queue
    this.queue = rest
    if (first === undefined) return { op: 'getChildren2', path: '/queue', watch: false }
    return { op: 'delete', path: `/queue/${first}`, version: -1 }
  }

  private multi(): Request {
    const [one, other] = [this.register(), this.register()]
    const data = this.value()
    return {
      op: 'multi',
      ops: [
        { op: 'check', path: one, version: this.random.below(4) === 0 ? (this.versions.get(one) ?? 0) : -1 },
        { op: 'setData', path: one, data, version: -1 },
        { op: 'setData', path: other, data, version: -1 },
      ],
    }
  }
}

/** A session as a client keeps it. */
export interface KeptSession {
  readonly id: SessionId
  readonly passwd: Uint8Array
  /** Milliseconds. */
  readonly timeOut: number
}
