/** What a connection has proved, and that nothing takes it away. */
import test from 'ava'
import { Credentials } from '../../src/acl/credentials.js'

const user = { scheme: 'digest', id: 'u:hash' }
const superUser = { scheme: 'super', id: '' }

test('ACL-12, ACL-32: a connection starts with its address, and each proof adds what is new', (t) => {
  const credentials = new Credentials('10.0.0.1')
  t.deepEqual(credentials.identities, [{ scheme: 'ip', id: '10.0.0.1' }])
  t.true(credentials.take([{ scheme: 'ip', id: '10.0.0.1' }]))
  t.true(credentials.take([superUser, user]))
  t.true(credentials.take([user]))
  t.deepEqual(credentials.identities, [{ scheme: 'ip', id: '10.0.0.1' }, superUser, user])
})

test('ACL-33: a proof of nothing refuses, for good, and leaves requests under way what they came with', (t) => {
  const credentials = new Credentials('10.0.0.1')
  credentials.take([user])
  const before = credentials.identities
  t.false(credentials.take(undefined))
  t.false(credentials.take([superUser]))
  t.is(credentials.identities, before)
})
