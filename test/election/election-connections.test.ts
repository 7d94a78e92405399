/** The connections of election ports, over pipes in memory: which of two stays, what is said again, whom nobody listens to. */
import test from 'ava'
import type { Logger } from '../../src/platform/logger.js'
import type {
  Link,
  LinkListener,
  PeerAddress,
  PeerNetwork,
  PeerPort,
} from '../../src/platform/peer-network.js'
import { ElectionConnections } from '../../src/election/election-connections.js'
import { initialMessageBytes } from '../../src/wire/peer/initial-message.js'
import type { Notification } from '../../src/wire/peer/notification.js'

/** One end of a connection. */
class End implements Link {
  readonly peer = 'pipe'
  unsent = 0
  other!: End
  listener!: LinkListener
  isOver = false

  send(bytes: Uint8Array): void {
    if (!this.isOver)
      queueMicrotask(() => this.other.isOver || this.other.listener.received(Buffer.from(bytes)))
  }

  pause(): void {}

  resume(): void {}

  end(): void {
    queueMicrotask(() => queueMicrotask(() => this.close()))
  }

  close(): void {
    if (this.isOver) return
    this.isOver = true
    queueMicrotask(() => {
      this.listener.ended()
      this.other.close()
    })
  }
}

/** Pipes between ports, each of which is a number. */
class Pipes implements PeerNetwork {
  private readonly accepting = new Map<number, (link: Link) => LinkListener>()
  /** Every connection that was made: who dialled, as far as a port tells. */
  readonly made: End[] = []

  async listen({ port }: PeerAddress, accept: (link: Link) => LinkListener): Promise<PeerPort> {
    this.accepting.set(port, accept)
    return { close: async () => void this.accepting.delete(port) }
  }

  async connect(
    { port }: PeerAddress,
    _timeout: number,
    listener: (link: Link) => LinkListener,
  ): Promise<Link> {
    const accept = this.accepting.get(port)
    if (accept === undefined) throw new Error('nobody listens')
    const [here, there] = [new End(), new End()]
    here.other = there
    there.other = here
    here.listener = listener(here)
    there.listener = accept(there)
    this.made.push(here)
    return here
  }

  get open(): number {
    return this.made.filter(({ isOver }) => !isOver).length
  }
}

const notification = (round: bigint): Omit<Notification, 'version'> => ({
  state: 'LOOKING',
  leader: 1n,
  zxid: 0n,
  round,
  peerEpoch: 0n,
  config: '',
})
const addressOf = (sid: bigint) => ({ host: 'a', port: Number(sid) })

class Servers {
  readonly pipes = new Pipes()
  readonly heard: string[] = []
  readonly warned: string[] = []
  readonly servers = new Map<bigint, ElectionConnections>()

  async start(sid: bigint): Promise<ElectionConnections> {
    const warn = (_: unknown, text: string) => void this.warned.push(text)
    const logger: Logger = { debug: () => {}, info: () => {}, warn, error: warn }
    const server = new ElectionConnections({
      sid,
      addresses: [addressOf(sid)],
      peers: new Map([1n, 2n, 3n].filter((of) => of !== sid).map((of) => [of, [addressOf(of)]])),
      network: this.pipes,
      connectTimeout: 1,
      logger,
      heard: (from, { round }) => void this.heard.push(`${sid} hears ${from}: ${round}`),
    })
    await server.listen([addressOf(sid)])
    this.servers.set(sid, server)
    return server
  }

  /** All that is under way arrives. */
  async rest(): Promise<string[]> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.heard.splice(0)
  }
}

test('ELECTION-70: the connection that the larger sid has opened serves both, whoever speaks first', async (t) => {
  for (const first of [1n, 2n]) {
    const all = new Servers()
    const [one, two] = [await all.start(1n), await all.start(2n)]
    if (first === 1n) one.send(2n, notification(5n))
    else two.send(1n, notification(6n))
    const heard = await all.rest()
    t.deepEqual(heard, [first === 1n ? '2 hears 1: 5' : '1 hears 2: 6'])
    t.is(all.pipes.open, 1)
    one.send(2n, notification(7n))
    two.send(1n, notification(8n))
    t.deepEqual((await all.rest()).sort(), ['1 hears 2: 8', '2 hears 1: 7'])
    t.is(all.pipes.made.length, first === 1n ? 2 : 1)
  }
})

test('ELECTION-75, ELECTION-76: the newest alone waits, and what was told last is told again on a new connection', async (t) => {
  const all = new Servers()
  const two = await all.start(2n)
  for (const round of [1n, 2n, 3n]) two.send(1n, notification(round))
  t.deepEqual(await all.rest(), [])
  await all.start(1n)
  two.connectAll()
  t.deepEqual(await all.rest(), ['1 hears 2: 3'])
  for (const end of all.pipes.made) end.close()
  await all.rest()
  t.is(all.pipes.open, 0)
  two.connectAll()
  t.deepEqual(await all.rest(), ['1 hears 2: 3'])
})

test('ELECTION-71, ELECTION-72, ELECTION-74: nonsense costs its own connection, a bad message not even that', async (t) => {
  const all = new Servers()
  const two = await all.start(2n)
  await all.start(1n)
  two.send(1n, notification(1n))
  await all.rest()
  const dial = async (...bytes: Buffer[]) => {
    const end = (await all.pipes.connect(addressOf(1n), 1, () => ({
      received: () => {},
      drained: () => {},
      ended: () => {},
    }))) as End
    for (const piece of bytes) end.send(piece)
    await all.rest()
    return end.isOver
  }
  const initial = (sid: bigint) => initialMessageBytes({ sid, addresses: [addressOf(3n)] })
  const length = (count: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(count)
    return bytes
  }
  t.true(await dial(Buffer.alloc(8, 0x80)), 'no version')
  t.true(await dial(initial(1n)), 'its own number')
  t.true(await dial(initial(9n)), 'a stranger')
  t.true(await dial(initial(3n), length(-1)), 'a length below 0')
  t.true(await dial(initial(3n), length(1 << 20)), 'a huge length')
  t.is(all.warned.length, 5)
  t.false(await dial(initial(3n), length(3), Buffer.alloc(3)), 'a message that is too short')
  t.regex(all.warned.at(-1)!, /^notification dropped: /)
  two.send(1n, notification(4n))
  t.deepEqual(await all.rest(), ['1 hears 2: 4'], 'the others go on')
})

test('what is closed ends its connections and takes none', async (t) => {
  const all = new Servers()
  const [one, two] = [await all.start(1n), await all.start(2n)]
  two.send(1n, notification(1n))
  await all.rest()
  await one.close()
  await all.rest()
  t.is(all.pipes.open, 0)
  two.send(1n, notification(2n))
  t.deepEqual(await all.rest(), [])
})
