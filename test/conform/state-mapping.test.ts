/** What a server's own machines did, held against the spec's. */
import test from 'ava'
import type { TraceEvent } from '../../src/trace/trace-event.js'
import { checkTransition } from '../../src/conform/state-mapping.js'
import { wireMachine } from '../../spec/wire/wire-machine.js'
import { connectionMachine } from '../../src/server/connection/connection-machine.js'

const turn = (
  type: string,
  before: string,
  after: string,
  subsystem: TraceEvent['subsystem'] = 'connection',
) =>
  checkTransition({ seq: 1, time: 1, server: 's', subsystem, instance: '1', input: { type }, before, after })

test('SERVICE-10: every turn of the connection machine is one that the spec has', (t) => {
  let turns = 0
  for (const [before, state] of Object.entries(connectionMachine.root.states)) {
    for (const [type, transitions] of state.transitions) {
      for (const { target } of transitions) {
        const rejection = turn(type, before, target?.[0]?.key ?? before)
        t.is(rejection?.why, undefined)
        turns++
      }
    }
  }
  t.true(turns > 15)
  t.true(Object.keys(wireMachine.root.states).includes('establishing'))
})

test('SERVICE-10: turns that the spec has not are rejected, with those it has', (t) => {
  t.is(turn('ESTABLISHED', 'awaitingHandshake', 'connected')?.rule, 'SERVICE-10')
  t.is(turn('CONNECT', 'connected', 'establishing')?.rule, 'SERVICE-10')
  t.is(turn('CONNECT', 'closed', 'connected')?.rule, 'SERVICE-10')
  const rejection = turn('WORD', 'awaitingHandshake', 'connected')
  t.true(rejection!.allowed.includes('awaitingHandshake on WORD: closing'))
})

test('events of subsystems without a machine in the table are not judged', (t) => {
  t.is(turn('ANY', 'here', 'there', 'storage'), undefined)
})
