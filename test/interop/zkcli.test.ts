/** Apache's own command line, zkCli.sh, works on this server. */
import test, { type ExecutionContext } from 'ava'
import { assertAllowed, run, serverFor, zkCli } from './stock.js'

/** Runs commands in one session of zkCli, in order. */
async function commands(
  t: ExecutionContext,
  port: number,
  lines: readonly (string | number)[],
): Promise<string> {
  // Its exit code is that of the last command that failed.
  const { output } = await run(zkCli!, ['-server', `127.0.0.1:${port}`], [...lines, 'quit'])
  t.regex(output, /Welcome to ZooKeeper!/)
  return output
}

/** Asserts that the output has lines that match, in this order. */
function inOrder(t: ExecutionContext, output: string, expected: readonly RegExp[]): void {
  const lines = output.split('\n')
  let at = 0
  for (const pattern of expected) {
    const found = lines.findIndex((line, index) => index >= at && pattern.test(line))
    if (found === -1) return t.fail(`no line matches ${pattern} after line ${at} of:\n${output}`)
    at = found + 1
  }
  t.pass()
}

if (zkCli === undefined) {
  test.skip('zkCli: skipped, because zkCli.sh (Debian: zookeeper) is not installed', () => {})
} else {
  test('zkCli: create, get, set, stat, ls, deleteall', async (t) => {
    const server = await serverFor(t)
    const output = await commands(t, server.port, [
      'create /x one',
      'get /x',
      'set /x two',
      'stat /x',
      'create /x/y y',
      'create -s /x/s- s',
      'create -e /x/e e',
      'create -c /x/c c',
      'ls -R /x',
      'getAllChildrenNumber /x',
      'getEphemerals',
      'sync /x',
      'set -v 7 /x three',
      'delete /x',
      'deleteall /x',
      'get /x',
      'ls /',
    ])
    inOrder(t, output, [
      /^Created \/x$/,
      /^one$/,
      /^cZxid = 0x2$/,
      /^mZxid = 0x3$/,
      /^pZxid = 0x2$/,
      /^cversion = 0$/,
      /^dataVersion = 1$/,
      /^aclVersion = 0$/,
      /^ephemeralOwner = 0x0$/,
      /^dataLength = 3$/,
      /^numChildren = 0$/,
      /^Created \/x\/y$/,
      /^Created \/x\/s-0000000001$/,
      /^Created \/x\/e$/,
      /^Created \/x\/c$/,
      /^\/x$/,
      /^\/x\/c$/,
      /^\/x\/e$/,
      /^\/x\/s-0000000001$/,
      /^\/x\/y$/,
      /^4$/,
      /\/x\/e/,
      /^Sync is OK$/,
    ])
    t.regex(output, /version No is not valid : \/x/)
    t.regex(output, /Node not empty: \/x/)
    t.regex(output, /Node does not exist: \/x/)
    t.regex(output, /^\[zookeeper\]$/m)
    await assertAllowed(t, server)
  })

  test('zkCli: a watch fires, and an ephemeral vanishes with its session', async (t) => {
    const server = await serverFor(t)
    const output = await commands(t, server.port, [
      'create /w a',
      'get -w /w',
      'set /w b',
      'create -e /w/e e',
      500,
    ])
    t.regex(output, /WatchedEvent state:SyncConnected type:NodeDataChanged path:\/w/)
    t.regex(await commands(t, server.port, ['ls /w']), /^\[\]$/m)
    await assertAllowed(t, server)
  })

  test('zkCli: addauth, getAcl, setAcl, whoami', async (t) => {
    const server = await serverFor(t)
    const output = await commands(t, server.port, [
      'addauth digest ann:secret',
      'create /acl a auth::cdrwa',
      'getAcl /acl',
      'setAcl /acl world:anyone:r',
      'getAcl -s /acl',
      'whoami',
      'set /acl b',
    ])
    inOrder(t, output, [
      /^'digest,'ann:7RJfAeIvrl4zdj6sS2fXrQHDvHM=$/,
      /^: cdrwa$/,
      /^'world,'anyone$/,
      /^: r$/,
      /^aclVersion = 1$/,
    ])
    // whoami: in no order that anything promises.
    t.regex(output, /^digest: ann$/m)
    t.regex(output, /^ip: 127\.0\.0\.1$/m)
    t.regex(output, /Insufficient permission : \/acl/)
    await assertAllowed(t, server)
  })

  test('zkCli: setquota, listquota, delquota', async (t) => {
    const server = await serverFor(t, { config: { enforceQuota: true } })
    const output = await commands(t, server.port, [
      'create /q a',
      'setquota -N 2 /q',
      'listquota /q',
      'create /q/1 b',
      'create /q/2 c',
      'delquota /q',
      'create /q/2 c',
    ])
    inOrder(t, output, [
      /^Output quota for \/q .*countHardLimit=2/,
      /^Output stat for \/q count=1,bytes=1/,
      /^Created \/q\/1$/,
      /Quota has exceeded : \/q\/2/,
      /^Created \/q\/2$/,
    ])
    await assertAllowed(t, server)
  })
}
