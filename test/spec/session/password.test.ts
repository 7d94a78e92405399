/** SESSION-14's password, which takes no more than the id to know (SESSION-15), against what Java's generator and a running Apache ZooKeeper 3.8.0 gave. */
import test from 'ava'
import { passwordOf } from '../../../spec/session/password.js'

const known: [bigint, string][] = [
  [1n, '054cc74a37327db215e702e20c73f005'],
  [0x0100004e97120000n, '9c672d74f976d0dada2933b96af6fc08'],
  [-1n, '20f62cb5648dc2d771471c8a2486a9ee'],
]

for (const [id, password] of known) {
  test(`SESSION-14: the password of session 0x${BigInt.asUintN(64, id).toString(16)}`, (t) => {
    t.is(Buffer.from(passwordOf(id)).toString('hex'), password)
  })
}
