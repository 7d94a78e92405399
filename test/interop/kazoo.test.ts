/** kazoo, the Python client, works on this server: its basics, its recipes, transactions, access control, reconnection. */
import { resolve } from 'node:path'
import test from 'ava'
import { assertAllowed, python, run, serverFor } from './stock.js'

if (python === undefined) {
  test.skip('kazoo: skipped, because /usr/bin/python3 with kazoo (Debian: python3-kazoo) is not installed', () => {})
} else {
  const scripts: Readonly<Record<string, string>> = {
    kazoo_basics: 'create, read, write, watch, list, sequence, ephemeral, chroot',
    kazoo_recipes: 'lock, semaphore, queue, election, barrier, counter, party',
    kazoo_more: 'transactions, access control, pipelining, reconnection',
  }
  for (const [script, what] of Object.entries(scripts)) {
    test(`kazoo: ${what}`, async (t) => {
      const server = await serverFor(t, { config: { tickTime: 500 } })
      const { code, output } = await run(python!, [
        resolve('test/interop', `${script}.py`),
        `127.0.0.1:${server.port}`,
      ])
      t.is(code, 0, output)
      t.regex(output, /^ok$/m)
      await assertAllowed(t, server)
    })
  }
}
