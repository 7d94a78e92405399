/** The machine of access and the functions of the model decide alike, and each row of questions is reached to its end. */
import assert from 'node:assert/strict'
import test from 'ava'
import fc from 'fast-check'
import { initialTransition, transition } from 'xstate'
import { aclMachine, type AclContext, type AclEvent } from '../../../spec/acl/acl-machine.js'
import { authenticate, digestOf, fixup, permits } from '../../../spec/acl/acl-model.js'
import type { Acl, Id } from '../../../spec/vocabulary/index.js'
import { allTransitions, chartOf } from '../../../src/diagram/chart.js'

const secret = new TextEncoder().encode('super:secret')
const context: fc.Arbitrary<AclContext> = fc.record({
  settings: fc.record({ skipAcl: fc.boolean(), superDigest: fc.constantFrom(null, digestOf(secret)) }),
  identities: fc
    .subarray<Id>([
      { scheme: 'digest', id: 'alice:x' },
      { scheme: 'digest', id: 'bob:y' },
      { scheme: 'super', id: '' },
    ])
    .map((proved) => [{ scheme: 'ip', id: '10.1.2.3' }, ...proved]),
})
const entry: fc.Arbitrary<Acl> = fc.record({
  perms: fc.integer({ min: 0, max: 31 }),
  id: fc.oneof(
    fc.constant({ scheme: 'world', id: 'anyone' }),
    fc.record({
      scheme: fc.constantFrom('digest', 'ip', 'auth', 'world', 'sasl', ''),
      id: fc.constantFrom(
        'alice:x',
        'bob:y',
        'bob',
        ':',
        'a:b:c',
        '10.1.2.3',
        '10.1.0.0/16',
        '10.1.2.3/33',
        '1.2.3',
        '',
      ),
    }),
  ),
})
const list = fc.array(entry, { maxLength: 3 })
const event = fc.oneof(
  fc.record({ type: fc.constant('JUDGE' as const), acl: list, perms: fc.constantFrom(1, 2, 4, 8, 16, 17) }),
  fc.record({ type: fc.constant('GIVE' as const), acl: fc.option(list) }),
  fc.record({
    type: fc.constant('PROVE' as const),
    scheme: fc.constantFrom('digest', 'ip', 'sasl'),
    auth: fc.constantFrom(null, secret, new TextEncoder().encode('alice:pw'), new Uint8Array()),
  }),
)

function decide(input: AclContext, asked: AclEvent) {
  const [start] = initialTransition(aclMachine, input)
  return transition(aclMachine, start, asked)[0].value
}

/** The same by the model's functions. */
function byModel({ identities, settings }: AclContext, asked: AclEvent): string {
  switch (asked.type) {
    case 'JUDGE':
      return permits(asked.acl, asked.perms, identities, settings) ? 'permitted' : 'refused'
    case 'GIVE':
      return 'acl' in fixup(asked.acl, identities) ? 'given' : 'invalid'
    case 'PROVE': {
      const proved = authenticate(asked.scheme, asked.auth, identities.slice(0, 1), settings)
      if (proved === undefined) return 'refused'
      return proved.some(({ scheme }) => scheme === 'super') ? 'provedSuper' : 'proved'
    }
  }
}

test('ACL-20 to ACL-44: machine and model decide alike', (t) => {
  fc.assert(
    fc.property(context, event, (input, asked) => {
      assert.equal(decide(input, asked), byModel(input, asked))
    }),
    { numRuns: 1500 },
  )
  t.pass()
})

test('every answer of the machine is given to somebody', (t) => {
  const reached = new Set<string | undefined>(
    fc
      .sample(fc.tuple(context, event), { seed: 3, numRuns: 1500 })
      .map(([input, asked]) => decide(input, asked)),
  )
  const all = new Set(allTransitions(chartOf(aclMachine)).map(({ target }) => target))
  t.deepEqual(
    [...all].filter((each) => !reached.has(each)),
    [],
  )
})
