/**
 * One short conversation between a client and a server that is new: every frame with the names of its fields. The page
 * `spec/wire/bytes.md` shows it, and tests hold it against servers that run.
 */
import { type Acl, ErrorCode, EventType, type Stat } from '../../spec/vocabulary/index.js'
import { writeConnectRequest, writeConnectResponse } from '../wire/handshake.js'
import { writeNotification, writeReply } from '../wire/replies.js'
import { type Exchange, reply, replyHeader, request } from './frame.js'

/** Fields that another server, or another day, fills otherwise. */
export const volatileFields: ReadonlySet<string> = new Set(['sessionId', 'passwd', 'ctime', 'mtime'])

const sessionId = 0x1000a2f4c5d0000n
const passwd = Buffer.from('8f1d0bd1e2c6b6a1d39c2d43c1a7f0e5', 'hex')
const time = Date.UTC(2026, 0, 1)
const handshake = {
  protocolVersion: 0,
  lastZxidSeen: 0n,
  timeOut: 10_000,
  sessionId: 0n,
  passwd: Buffer.alloc(16),
}
/** The open ACL, but not the constant, which is written as one block of bytes: here each field counts. */
const everyone: readonly Acl[] = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
const text = (value: string): Uint8Array => Buffer.from(value, 'utf8')

const statFields =
  'czxid mzxid ctime mtime version cversion aversion ephemeralOwner dataLength numChildren pzxid'.split(' ')
const aclFields = ['acl: one entry', 'perms: all', 'scheme', 'id']
const createFields = ['path', 'data', ...aclFields]
const welcomeFields = ['length', 'protocolVersion', 'timeOut: negotiated', 'sessionId', 'passwd', 'readOnly']
const helloFields = [
  'length',
  'protocolVersion',
  'lastZxidSeen',
  'timeOut: asked for',
  'sessionId: a new one',
  'passwd',
  'readOnly',
]
const part = (type: string): string[] => [`type: ${type}`, 'done', 'err']
const theEnd = part('no more parts')

const app: Stat = {
  czxid: 2n,
  mzxid: 2n,
  ctime: time,
  mtime: time,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 2,
  numChildren: 0,
  pzxid: 2n,
}

export const conversation: readonly Exchange[] = [
  {
    title: 'A handshake, and a session',
    about:
      'A new session has id 0 and any password (WIRE-20, SESSION-16). The answer comes when the session’s own transaction, here zxid 1, is done.',
    opens: true,
    frames: [
      {
        from: 'client',
        says: 'ConnectRequest',
        write: (writer) => writeConnectRequest(writer, { ...handshake, readOnly: false }),
        fields: helloFields,
      },
      {
        from: 'server',
        says: 'ConnectResponse',
        write: (writer) =>
          writeConnectResponse(writer, {
            protocolVersion: 0,
            timeOut: 10_000,
            sessionId,
            passwd,
            readOnly: false,
          }),
        fields: welcomeFields,
      },
    ],
  },
  {
    title: 'A create and its reply',
    about: 'The reply’s zxid is the write’s own (WIRE-33).',
    opens: false,
    frames: [
      request('create', 1, { op: 'create', path: '/app', data: text('v1'), acl: everyone, flags: 0 }, [
        ...createFields,
        'flags: persistent',
      ]),
      reply('its reply', 1, 2n, { op: 'create', path: '/app' }, ['path']),
    ],
  },
  {
    title: 'A create that fails',
    about:
      'Nothing follows a header with an error (WIRE-34); the write used a zxid all the same (SERVICE-20).',
    opens: false,
    frames: [
      request(
        'the same create again',
        2,
        { op: 'create', path: '/app', data: text('v1'), acl: everyone, flags: 0 },
        [...createFields, 'flags: persistent'],
      ),
      {
        from: 'server',
        says: 'its reply',
        write: (writer) => writeReply(writer, { xid: 2, zxid: 3n, err: ErrorCode.NodeExists }),
        fields: [...replyHeader, 'err: NodeExists'],
      },
    ],
  },
  {
    title: 'A read that leaves a watch',
    about: 'A read’s zxid is that of the last write that the server had applied (WIRE-33).',
    opens: false,
    frames: [
      request('getData', 3, { op: 'getData', path: '/app', watch: true }, ['path', 'watch']),
      reply('its reply', 3, 3n, { op: 'getData', data: text('v1'), stat: app }, ['data', ...statFields]),
    ],
  },
  {
    title: 'A write that fires it, and the notification',
    about:
      'The notification comes before the reply to the write that caused it (WATCHER-41). It names what happened and where, not the data (WIRE-35).',
    opens: false,
    frames: [
      request('setData', 4, { op: 'setData', path: '/app', data: text('v2'), version: 0 }, [
        'path',
        'data',
        'version: expected',
      ]),
      {
        from: 'server',
        says: 'notification',
        write: (writer) =>
          writeNotification(writer, {
            zxid: -1n,
            event: { type: EventType.NodeDataChanged, state: 3, path: '/app' },
          }),
        fields: [
          'length',
          'xid: a notification',
          'zxid',
          'err',
          'type: NodeDataChanged',
          'state: SyncConnected',
          'path',
        ],
      },
      reply('the reply', 4, 4n, { op: 'setData', stat: { ...app, mzxid: 4n, version: 1 } }, statFields),
    ],
  },
  {
    title: 'A multi',
    about:
      'Each part has a MultiHeader before it, and one more ends them (WIRE-60, WIRE-61). All parts have one zxid.',
    opens: false,
    frames: [
      request(
        'multi',
        5,
        {
          op: 'multi',
          ops: [
            { op: 'check', path: '/app', version: 1 },
            { op: 'create', path: '/app/n-', data: null, acl: everyone, flags: 2 },
          ],
        },
        [
          ...part('check'),
          'path',
          'version',
          ...part('create'),
          ...createFields,
          'flags: persistent sequential',
          ...theEnd,
        ],
      ),
      reply(
        'its reply',
        5,
        5n,
        { op: 'multi', results: [{ op: 'check' }, { op: 'create', path: '/app/n-0000000000' }] },
        [...part('check'), ...part('create'), 'path', ...theEnd],
      ),
    ],
  },
  {
    title: 'A multi that fails',
    about:
      'The reply’s own header says 0. Each part is an error: 0 before the one that failed, its error there, RuntimeInconsistency (-2) behind it (WIRE-62).',
    opens: false,
    frames: [
      request(
        'multi',
        6,
        {
          op: 'multi',
          ops: [
            { op: 'check', path: '/app', version: 1 },
            { op: 'delete', path: '/none', version: -1 },
            { op: 'check', path: '/app', version: 1 },
          ],
        },
        [
          ...part('check'),
          'path',
          'version',
          ...part('delete'),
          'path',
          'version: any',
          ...part('check'),
          'path',
          'version',
          ...theEnd,
        ],
      ),
      reply(
        'its reply',
        6,
        6n,
        {
          op: 'multi',
          results: [
            { op: 'error', err: ErrorCode.Ok },
            { op: 'error', err: ErrorCode.NoNode },
            { op: 'error', err: ErrorCode.RuntimeInconsistency },
          ],
        },
        [
          ...part('an error'),
          'err: fine so far',
          ...part('an error'),
          'err: NoNode',
          ...part('an error'),
          'err: RuntimeInconsistency',
          ...theEnd,
        ],
      ),
    ],
  },
  {
    title: 'An identity',
    about: 'The type is ignored, and xid is -4 (WIRE-32, WIRE-57).',
    opens: false,
    frames: [
      request('auth', -4, { op: 'auth', authType: 0, scheme: 'digest', auth: text('ann:secret') }, [
        'type',
        'scheme',
        'auth',
      ]),
      reply('its reply', -4, 0n, { op: 'auth' }, []),
    ],
  },
  {
    title: 'A ping',
    about: 'Its xid is -2 in both directions (WIRE-32).',
    opens: false,
    frames: [request('ping', -2, { op: 'ping' }, []), reply('its reply', -2, 6n, { op: 'ping' }, [])],
  },
  {
    title: 'The end',
    about: 'Behind this reply the server closes the connection (WIRE-70).',
    opens: false,
    frames: [
      request('closeSession', 7, { op: 'closeSession' }, []),
      reply('its reply', 7, 7n, { op: 'closeSession' }, []),
    ],
  },
  {
    title: 'A session that is gone',
    about:
      'The client comes back too late, with its session’s id and password: a refusal is all zeros, and the connection ends (SESSION-42).',
    opens: true,
    frames: [
      {
        from: 'client',
        says: 'ConnectRequest',
        write: (writer) =>
          writeConnectRequest(writer, { ...handshake, lastZxidSeen: 7n, sessionId, passwd, readOnly: false }),
        fields: helloFields.map((name) => (name === 'sessionId: a new one' ? 'sessionId' : name)),
      },
      {
        from: 'server',
        says: 'ConnectResponse',
        write: (writer) =>
          writeConnectResponse(writer, {
            protocolVersion: 0,
            timeOut: 0,
            sessionId: 0n,
            passwd: Buffer.alloc(16),
            readOnly: false,
          }),
        fields: [
          'length',
          'protocolVersion',
          'timeOut: the session is gone',
          'no sessionId',
          'no passwd',
          'readOnly',
        ],
      },
    ],
  },
]
