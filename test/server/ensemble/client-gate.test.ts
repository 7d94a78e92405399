/** Where clients' connections go while a server of an ensemble serves, and while it does not. */
import test from 'ava'
import { defaultConfig } from '../../../src/server/config/config.js'
import type { Inbound } from '../../../src/server/outside.js'
import { ClientGate } from '../../../src/server/ensemble/client-gate.js'
import { NotServing } from '../../../src/server/ensemble/not-serving.js'

/** Keeps what it is told. */
class Recorder implements Inbound {
  readonly heard: string[] = []
  connectionOpened(id: number): void {
    this.heard.push(`opened ${id}`)
  }
  bytesReceived(id: number, bytes: Uint8Array): void {
    this.heard.push(`bytes ${id} ${Buffer.from(bytes).toString()}`)
  }
  connectionClosed(id: number): void {
    this.heard.push(`closed ${id}`)
  }
  drained(id: number): void {
    this.heard.push(`drained ${id}`)
  }
  flush(): void {}
}

test('a connection stays with whoever served when it came', (t) => {
  const [none, first, second] = [new Recorder(), new Recorder(), new Recorder()]
  const gate = new ClientGate(none)
  gate.connectionOpened(1, '127.0.0.1', 1)
  gate.open(first)
  gate.connectionOpened(2, '127.0.0.1', 2)
  gate.shut()
  gate.connectionOpened(3, '127.0.0.1', 3)
  gate.open(second)
  for (const id of [1, 2, 3]) gate.bytesReceived(id, Buffer.from('a'))
  gate.drained(2)
  for (const id of [1, 2, 3]) gate.connectionClosed(id)
  for (const id of [1, 2, 3]) gate.bytesReceived(id, Buffer.from('b'))
  t.deepEqual(first.heard, ['opened 2', 'bytes 2 a', 'drained 2', 'closed 2'])
  t.deepEqual(none.heard, ['opened 1', 'opened 3', 'bytes 1 a', 'bytes 3 a', 'closed 1', 'closed 3'])
  t.deepEqual(second.heard, [])
})

test('WIRE-17: while nobody serves, words are answered and handshakes closed without a word', (t) => {
  const sent: string[] = []
  const transport = {
    send: (id: number, bytes: Uint8Array) => {
      sent.push(`${id}: ${Buffer.from(bytes).toString()}`)
      return 'taken' as const
    },
    close: (id: number) => void sent.push(`${id} closes`),
    drop: (id: number) => void sent.push(`${id} dropped`),
    pause: () => {},
    resume: () => {},
  }
  const config = { ...defaultConfig(), fourLetterWords: ['ruok', 'isro', 'srvr'] }
  const notServing = new NotServing(transport, config)
  const say = (id: number, ...pieces: string[]) => {
    notServing.connectionOpened(id)
    for (const piece of pieces) notServing.bytesReceived(id, Buffer.from(piece))
  }
  say(1, 'ru', 'ok')
  say(2, 'srvr')
  say(3, 'isro\n')
  say(4, 'mntr')
  say(5, '\0\0\0\x2c', 'more')
  say(6, 'r')
  for (const now of [1000, 1000 + config.sessionlessCnxnTimeout]) notServing.tick(now)
  t.false(sent.includes('6 dropped'))
  notServing.tick(1001 + config.sessionlessCnxnTimeout)
  t.deepEqual(sent, [
    '1: imok',
    '1 closes',
    '2: This ZooKeeper instance is not currently serving requests\n',
    '2 closes',
    '3: null',
    '3 closes',
    '4: mntr is not executed because it is not in the whitelist.\n',
    '4 closes',
    '5 dropped',
    '6 dropped',
  ])
})
