/** cli_mt, the command line of Apache's C client, works on this server. */
import test from 'ava'
import { assertAllowed, cliMt, run, serverFor } from './stock.js'

if (cliMt === undefined) {
  test.skip('cli_mt: skipped, because cli_mt (Debian: zookeeper-bin) is not installed', () => {})
} else {
  test('cli_mt: create, set, get, exists with a watch, ephemeral, delete', async (t) => {
    const server = await serverFor(t)
    // Its answers come on a thread of their own, in the order of the requests; each step waits for the one before.
    const { code, output } = await run(
      cliMt!,
      [`127.0.0.1:${server.port}`],
      [
        300,
        'create /c',
        'set /c two',
        'get /c',
        'ls /',
        'wexists /c',
        100,
        'set /c three',
        'create +e /c/e',
        'delete /c',
        300,
        'quit',
      ],
    )
    t.is(code, 0, output)
    const steps = [
      /\[\/c\]: rc = 0\n\s*name = \/c/,
      /version=1\s+aversion=0/,
      /value_len = 3\ntwo/,
      /\/: rc = 0\n(\s+\w+\n)*\s+c\n/,
      /CHANGED_EVENT state = CONNECTED_STATE for path \/c/,
      /version=2\s+aversion=0/,
      /\[\/c\/e\]: rc = 0/,
      /\/c: rc = -111/,
    ]
    for (const step of steps) t.regex(output, step)
    await assertAllowed(t, server)
  })
}
