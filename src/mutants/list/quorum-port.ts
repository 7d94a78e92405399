/** Mistakes on the quorum port: packets that are read wrong, or a snapshot that is used too soon. */
import type { Mutant } from '../mutant.js'

const packets = ['dist/test/wire/peer/quorum-packets.test.js']
const stream = ['dist/test/storage/snapshot-stream.test.js']

export const quorumPortMutants: readonly Mutant[] = [
  {
    id: 'packet-without-its-last-byte',
    file: 'src/wire/peer/quorum-packet.ts',
    find: 'if (bytes.length < end + 4)',
    replace: 'if (bytes.length < end)',
    rules: ['BROADCAST-90'],
    tests: packets,
  },
  {
    id: 'data-of-any-length',
    file: 'src/wire/peer/quorum-packet.ts',
    find: 'if (length < -1 || length > this.limit)',
    replace: 'if (length < -1)',
    rules: ['BROADCAST-91'],
    tests: packets,
  },
  {
    id: 'identities-lost',
    file: 'src/wire/peer/quorum-packet.ts',
    find: 'for (const id of identities)\n        writeId(writer, id);',
    replace: '',
    rules: ['BROADCAST-90', 'BROADCAST-94'],
    tests: packets,
  },
  {
    id: 'ping-answered-without-data',
    file: 'src/wire/peer/learner-message-bytes.ts',
    find: 'packetBytes(PacketType.PING, 0n, (data) => {',
    replace: 'packetBytes(PacketType.PING, 0n, message.touched.length === 0 ? undefined : (data) => {',
    rules: ['BROADCAST-94'],
    tests: packets,
  },
  {
    id: 'leaderinfo-without-version',
    file: 'src/wire/peer/leader-message-bytes.ts',
    find: 'epochZxid(message.epoch), (data) => data.int(message.protocolVersion))',
    replace: 'epochZxid(message.epoch))',
    rules: ['BROADCAST-93'],
    tests: packets,
  },
  {
    id: 'epoch-is-the-zxid',
    file: 'src/wire/peer/leader-message-bytes.ts',
    find: 'return BigInt(epoch) << 32n;',
    replace: 'return BigInt(epoch);',
    rules: ['BROADCAST-92'],
    tests: packets,
  },
  {
    id: 'sync-keeps-its-own-packet',
    file: 'src/wire/peer/learner-message-bytes.ts',
    find: 'if (op === OpCode.sync)',
    replace: 'if (op === OpCode.ping)',
    rules: ['BROADCAST-94'],
    tests: packets,
  },
  {
    id: 'snapshot-whole-without-its-signature',
    file: 'src/storage/snapshot-stream.ts',
    find: 'if (found !== signature)',
    replace: 'if (false)',
    rules: ['BROADCAST-95'],
    tests: stream,
  },
  {
    id: 'snapshot-of-no-zxid',
    file: 'src/storage/snapshot-stream.ts',
    find: 'this.tree.lastProcessedZxid = this.zxid;',
    replace: '',
    rules: ['BROADCAST-95'],
    tests: stream,
  },
]
