/** ELECTION-63: nobody is told the same twice in a moment, and anybody anything new at once. */
import test from 'ava'
import { Repeated } from '../../src/election/repeated.js'

const news = { state: 'LOOKING', leader: 3n, zxid: 5n, round: 1n, peerEpoch: 0n, config: '' } as const

test('the same to the same server waits for its moment to pass; another vote, or another server, does not', (t) => {
  const repeated = new Repeated()
  t.false(repeated.is(2n, news, 100))
  t.true(repeated.is(2n, { ...news }, 110))
  t.false(repeated.is(3n, news, 110))
  t.false(repeated.is(2n, { ...news, round: 2n }, 111))
  t.true(repeated.is(2n, { ...news, round: 2n }, 130))
  t.false(repeated.is(2n, { ...news, round: 2n }, 131))
})
