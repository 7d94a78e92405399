/** Mistakes in the composition: order of replies, zxids, refusals. */
import type { Mutant } from '../mutant.js'

export const serviceMutants: readonly Mutant[] = [
  {
    id: 'read-overtakes-write',
    file: 'src/server/pipeline/session-order.ts',
    find: 'if (this.isClear)\n            this.desk.answer(pending);',
    replace: 'if (true)\n            this.desk.answer(pending);',
    rules: ['SERVICE-11', 'SERVICE-25'],
  },
  {
    id: 'reply-before-durable',
    file: 'src/server/replication/local-replication.ts',
    find: 'this.journal.append(transaction);',
    replace:
      'this.journal.append(transaction);\n        queueMicrotask(() => this.durable(transaction.header.zxid));',
    rules: ['SERVICE-26'],
  },
  {
    id: 'failed-write-takes-no-zxid',
    file: 'src/server/replication/local-replication.ts',
    find: 'this.proposedCount++;',
    replace:
      "this.proposedCount++;\n        if (transaction.txn.op === 'error')\n            this.proposed--;",
    rules: ['SERVICE-20'],
  },
  {
    id: 'read-carries-its-own-zxid',
    file: 'src/server/replies.ts',
    find: 'xid: pending.xid,\n            zxid: state.lastZxid,',
    replace: 'xid: pending.xid,\n            zxid: 0n,',
    rules: ['SERVICE-30'],
  },
  {
    id: 'write-carries-the-previous-zxid',
    file: 'src/server/replies.ts',
    find: 'this.reply(pending, { xid: pending.xid, zxid, err,',
    replace: 'this.reply(pending, { xid: pending.xid, zxid: zxid - 1n, err,',
    rules: ['SERVICE-30', 'WIRE-33'],
  },
  {
    id: 'ping-keeps-its-xid',
    file: 'src/server/request-dispatch.ts',
    find: 'xid: type === OpCode.ping ? Xid.ping : xid,',
    replace: 'xid,',
    rules: ['SERVICE-32'],
  },
  {
    id: 'unknown-operation-ignored',
    file: 'src/server/request-dispatch.ts',
    find: 'order.read(this.ready(connection, type, { xid, zxid: -1n, err: ErrorCode.Unimplemented }));',
    replace: '',
    rules: ['SERVICE-34', 'WIRE-41'],
  },
  {
    id: 'failed-auth-goes-on',
    file: 'src/server/request-dispatch.ts',
    find: "authentication failed (scheme ${scheme}); connection closed`);\n        connection.turn({ type: 'FINISH' });",
    replace: 'authentication failed (scheme ${scheme}); connection closed`);',
    rules: ['SERVICE-37', 'WIRE-57'],
  },
  {
    id: 'reconfig-unimplemented',
    file: 'src/server/replication/proposer.ts',
    find: 'return this.parts.reconfigEnabled ? ErrorCode.Unimplemented : ErrorCode.ReconfigDisabled;',
    replace: 'return ErrorCode.Unimplemented;',
    rules: ['SERVICE-36'],
  },
  {
    id: 'malformed-record-closes-the-connection',
    file: 'src/server/request-dispatch.ts',
    find: 'if (!(error instanceof MarshallingError))\n                throw error;\n            isPathNull',
    replace: 'if (error)\n                throw error;\n            isPathNull',
    rules: ['SERVICE-39', 'WIRE-42'],
  },
  {
    id: 'null-path-is-any-malformed-record',
    file: 'src/server/malformed.ts',
    find: 'if (isPathNull)',
    replace: 'if (false)',
    rules: ['WIRE-45'],
  },
  {
    id: 'unreadable-reconfig-takes-a-zxid',
    file: 'src/server/malformed.ts',
    find: 'type === OpCode.reconfig ? withoutZxid : marshalling',
    replace: 'marshalling',
    rules: ['WIRE-56'],
  },
  {
    id: 'sync-answers-without-path',
    file: 'src/server/database.ts',
    find: "result: { op: 'sync', path: request.path }",
    replace: "result: { op: 'sync', path: '/' }",
    rules: ['SERVICE-33'],
  },
  {
    id: 'who-am-i-tells-the-digest',
    file: 'src/acl/schemes.ts',
    find: "userOf: (id) => id.split(':')[0] ?? id,",
    replace: 'userOf: (id) => id,',
    rules: ['SERVICE-38'],
  },
  {
    id: 'notification-carries-a-zxid',
    file: 'src/server/replies.ts',
    find: 'const notification = { zxid: -1n, event };',
    replace: 'const notification = { zxid: this.context.parts.state.lastZxid, event };',
    rules: ['SERVICE-46', 'WIRE-35'],
  },
  {
    id: 'create2-shows-the-parent',
    file: 'src/tree/data-tree.ts',
    find: 'const stat = withStat ? node.stat() : undefined;',
    replace: 'const stat = withStat ? parent.stat() : undefined;',
    rules: ['TREE-41'],
  },
]
