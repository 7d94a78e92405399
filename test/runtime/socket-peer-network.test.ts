/** Connections between servers on real sockets. */
import test from 'ava'
import { freePorts } from '../../src/runtime/local-ensemble.js'
import { SocketPeerNetwork } from '../../src/runtime/socket-peer-network.js'
import type { Link, LinkListener } from '../../src/platform/peer-network.js'

/** Waits for what a connection tells. */
class Ear implements LinkListener {
  bytes = ''
  readonly end: Promise<void>
  private tellEnd!: () => void
  private waiting: (() => void)[] = []

  constructor() {
    this.end = new Promise((resolve) => (this.tellEnd = resolve))
  }

  received(bytes: Buffer): void {
    this.bytes += bytes.toString()
    for (const wake of this.waiting.splice(0)) wake()
  }

  drained(): void {}

  ended(): void {
    this.tellEnd()
  }

  async until(text: string): Promise<void> {
    while (this.bytes !== text) await new Promise<void>((resolve) => this.waiting.push(resolve))
  }
}

async function freePort(): Promise<number> {
  return (await freePorts(1))[0]!
}

test('bytes go both ways, and an end is told on both sides', async (t) => {
  const network = new SocketPeerNetwork()
  const at = { host: '127.0.0.1', port: await freePort() }
  const [leader, learner] = [new Ear(), new Ear()]
  let accepted!: Link
  const port = await network.listen(at, (link) => {
    accepted = link
    return leader
  })
  const link = await network.connect(at, 5000, () => learner)
  link.send(Buffer.from('from the learner'))
  await leader.until('from the learner')
  accepted.send(Buffer.from('from the leader'))
  await learner.until('from the leader')
  t.is(link.unsent, 0)
  t.regex(accepted.peer, /^127\.0\.0\.1:\d+$/)
  link.close()
  await leader.end
  await learner.end
  await port.close()
})

test('a port that closes ends its connections; then nobody can connect', async (t) => {
  const network = new SocketPeerNetwork()
  const at = { host: '127.0.0.1', port: await freePort() }
  const learner = new Ear()
  const port = await network.listen(at, () => new Ear())
  await network.connect(at, 5000, () => learner)
  await port.close()
  await learner.end
  await t.throwsAsync(
    network.connect(at, 5000, () => new Ear()),
    { message: /ECONNREFUSED/ },
  )
})

test('a port that is taken is told', async (t) => {
  const network = new SocketPeerNetwork()
  const at = { host: '127.0.0.1', port: await freePort() }
  const port = await network.listen(at, () => new Ear())
  await t.throwsAsync(
    network.listen(at, () => new Ear()),
    { message: /EADDRINUSE/ },
  )
  await port.close()
})
