/** ELECTION-62, ELECTION-35: what an observer says keeps no voter from telling the others again. */
import test from 'ava'
import { Election, type ElectionHost } from '../../src/election/election.js'

test('a voter that hears an observer all the time tells the voters again after a while', (t) => {
  const told: bigint[] = []
  const host: ElectionHost = { send: (to) => void told.push(to), connectAll() {}, decided() {} }
  const election = new Election(
    {
      sid: 1n,
      isObserver: false,
      voters: new Set([1n, 2n, 3n]),
      hasObservers: true,
      isQuorum: (sids) => sids.size > 1,
      canLead: () => true,
      configText: '',
    },
    host,
  )
  election.look({ zxid: 5n, peerEpoch: 0n }, 0)
  told.length = 0
  const news = {
    version: 2,
    state: 'OBSERVING',
    leader: 3n,
    zxid: 5n,
    round: 1n,
    peerEpoch: 0n,
    config: null,
  } as const
  for (let now = 10; now <= 1000; now += 10) {
    election.heard(4n, { ...news, leader: 3n }, now)
    election.tick(now)
  }
  t.true(told.filter((to) => to === 2n).length >= 1, 'server 2 is told again')
  const asked = told.length
  // A voter that says something begins the while anew.
  for (let now = 1010; now <= 1400; now += 10) {
    election.heard(2n, { ...news, state: 'LOOKING', leader: 1n, zxid: -1n }, now)
    election.tick(now)
  }
  t.is(told.slice(asked).filter((to) => to === 3n).length, 0)
})
