/** Mutants: which are made, what each changes, which a check kills, and the list of those that may survive. */
import test from 'ava'
import { setup } from 'xstate'
import type { Survivor } from '../../../src/check/mutate/survivors.js'
import { compareMachines } from '../../../src/check/diff/compare-machines.js'
import { InputError } from '../../../src/check/model/input-error.js'
import { mutantsOf } from '../../../src/check/mutate/mutants.js'
import { runMutants } from '../../../src/check/mutate/run-mutants.js'
import { formatMutation } from '../../../src/check/mutate/mutation-table.js'
import { noPaint } from '../../../src/text/paint.js'
import { specMachines } from '../../../src/check/variants/spec-machines.js'
import { allTransitions, chartOf } from '../../../src/diagram/chart.js'
import { formatTransition } from '../../../src/diagram/label.js'
import { mutateWith } from '../../../src/cli/mutate-verb.js'
import { UsageError } from '../../../src/cli/usage.js'
import { checkDisk, diskMachine } from '../../support/disk-machine.js'
import { kept } from '../../support/small-engine.js'

const never = new AbortController().signal
const mutants = mutantsOf(diskMachine)
const changed = (id: string) => {
  const mutant = mutants.find((each) => each.id === id)!
  return allTransitions(chartOf(mutant.variant.machines['disk']!(diskMachine))).map(
    (each) => `${each.source}: ${formatTransition(each)} -> ${each.target ?? ''}`,
  )
}

test('every guard, action, transition and durable write has its mutants', (t) => {
  t.deepEqual(
    mutants.map(({ id }) => id.replace('disk/', '')),
    [
      'idle.ASK/negate-guard',
      'idle.ASK/drop-guard',
      'idle.ASK/remove',
      'idle.PING/drop-action-answer',
      'idle.PING/remove',
      'logging.WRITE/drop-action-writeLog',
      'logging.WRITE/remove',
      'logging.WRITE/swap-durable',
      'writingEpoch.WRITE/drop-action-writeEpoch',
      'writingEpoch.WRITE/drop-action-ack',
      'writingEpoch.WRITE/swap-writeEpoch-ack',
      'writingEpoch.WRITE/remove',
      'writingEpoch.WRITE/send-early',
      'writingEpoch.WRITE/swap-durable',
    ],
  )
})

test('each mutant differs from the spec, alone where it should', (t) => {
  for (const { id, variant } of mutants) {
    const [machine] = compareMachines([diskMachine], [variant.machines['disk']!(diskMachine)])
    t.is(machine?.kind, 'changed', id)
    const count = machine?.states.flatMap(({ transitions }) =>
      transitions.filter((each) => each.kind !== 'same'),
    ).length
    t.is(count, id.endsWith('swap-durable') ? 3 : id.endsWith('send-early') ? 2 : 1, id)
  }
})

test('a durable write is put after what follows it: the message, or the next write', (t) => {
  t.deepEqual(changed('disk/writingEpoch.WRITE/send-early'), [
    'idle: ASK [isNew] (DISK-1) -> logging',
    'idle: PING / answer (DISK-2) -> ',
    'logging: WRITE / writeLog, ack (DISK-3) -> writingEpoch',
    'writingEpoch: WRITE / writeEpoch (DISK-4) -> idle',
  ])
  t.deepEqual(changed('disk/logging.WRITE/swap-durable'), [
    'idle: ASK [isNew] (DISK-1) -> writingEpoch',
    'idle: PING / answer (DISK-2) -> ',
    'logging: WRITE / writeLog (DISK-3) -> idle',
    'writingEpoch: WRITE / writeEpoch, ack (DISK-4) -> logging',
  ])
})

test('a negated guard is a guard with a name, that holds when the other does not', (t) => {
  const machine = mutants.find(({ id }) => id.endsWith('negate-guard'))!.variant.machines['disk']!(
    diskMachine,
  )
  t.is(allTransitions(chartOf(machine))[0]?.guard, 'not isNew')
  const guard = machine.implementations.guards['not isNew'] as unknown as (
    args: object,
    params: unknown,
  ) => boolean
  t.deepEqual(
    [true, false].map((acked) => guard({ context: { acked }, event: { type: 'ASK' } }, undefined)),
    [true, false],
  )
})

test('entry and exit actions are mutated too; mutants alike get a number', (t) => {
  const lamp = setup({ actions: { hum: () => undefined, glow: () => undefined } }).createMachine({
    id: 'lamp',
    initial: 'on',
    states: { on: { entry: ['hum', 'glow'], exit: 'hum', on: { PUSH: { actions: ['hum', 'hum'] } } } },
  })
  t.deepEqual(
    mutantsOf(lamp).map(({ id }) => id.replace('lamp/', '')),
    [
      'on.PUSH/drop-action-hum',
      'on.PUSH/drop-action-hum~2',
      'on.PUSH/remove',
      'on.entry/drop-action-hum',
      'on.entry/drop-action-glow',
      'on.entry/swap-hum-glow',
      'on.exit/drop-action-hum',
    ],
  )
})

test('each machine of the spec can be mutated, and no two mutants have one id', (t) => {
  for (const machine of specMachines) {
    const made = mutantsOf(machine)
    t.is(new Set(made.map(({ id }) => id)).size, made.length)
    for (const { variant } of made) t.is(variant.machines[machine.id]!(machine).id, machine.id)
  }
})

const excused: Survivor[] = [
  'idle.ASK/negate-guard liveness only',
  'idle.ASK/remove liveness only',
  'idle.ASK/drop-guard equivalent',
  'idle.PING/drop-action-answer liveness only',
  'idle.PING/remove liveness only',
  'logging.WRITE/remove liveness only',
  'writingEpoch.WRITE/drop-action-ack liveness only',
  'writingEpoch.WRITE/remove liveness only',
  'writingEpoch.WRITE/swap-writeEpoch-ack equivalent',
].map((line) => {
  const [id = '', ...kind] = line.split(' ')
  return {
    mutant: `disk/${id}`,
    kind: kind.join(' ') as Survivor['kind'],
    reason: 'nothing is written or said that is wrong',
  }
})

test('the check kills what acknowledges too early; the rest has its reasons', async (t) => {
  const report = await runMutants(mutants, mutants, excused, checkDisk, () => undefined, never)
  t.deepEqual(
    report.rows.flatMap(({ mutant, verdict }) =>
      verdict.killedBy === null ? [] : [[mutant.id, verdict.killedBy]],
    ),
    [
      ['disk/logging.WRITE/drop-action-writeLog', 'DISK-9'],
      ['disk/logging.WRITE/swap-durable', 'DISK-9'],
      ['disk/writingEpoch.WRITE/drop-action-writeEpoch', 'DISK-9'],
      ['disk/writingEpoch.WRITE/send-early', 'DISK-9'],
      ['disk/writingEpoch.WRITE/swap-durable', 'DISK-9'],
    ],
  )
  t.deepEqual([report.unexcused, report.stale, report.isWhole], [[], [], true])
  const text = formatMutation(report, { width: 100, paint: noPaint })
  t.regex(text, /^killed +disk +all\nnegate guard +0\/1 +0\/1\n/)
  t.regex(text, /\nsend early +1\/1 +1\/1\n/)
  t.regex(text, /\n {2}disk\/idle\.ASK\/drop-guard\n {4}equivalent: nothing is written/)
  t.regex(text, /\n14 mutants: 5 killed \(35\.7 %\), 9 survive with a reason, 0 without; 7\.0 s\n$/)
})

test('a survivor without a reason fails, and a reason that is stale', async (t) => {
  const wrong: Survivor[] = [
    ...excused.slice(1),
    { mutant: 'disk/logging.WRITE/drop-action-writeLog', kind: 'equivalent', reason: 'wrong' },
    { mutant: 'disk/gone', kind: 'equivalent', reason: 'there was one' },
  ]
  const report = await runMutants(mutants, mutants, wrong, checkDisk, () => undefined, never)
  t.deepEqual(
    report.unexcused.map(({ mutant }) => mutant.id),
    ['disk/idle.ASK/negate-guard'],
  )
  t.deepEqual(
    report.stale.map(({ survivor, why }) => `${survivor.mutant}: ${why}`),
    ['disk/logging.WRITE/drop-action-writeLog: it is killed by DISK-9', 'disk/gone: there is no such mutant'],
  )
  const text = formatMutation(report, { width: 100, paint: noPaint })
  t.regex(text, /survive without one\n {2}disk\/idle\.ASK\/negate-guard\n/)
  t.regex(text, /on the list of survivors for nothing\n {2}disk\/logging/)
})

test('a mutant that can not run is killed by its error; a checker that can not is no verdict', async (t) => {
  const fails = async (): Promise<never> => {
    throw new TypeError('x is undefined')
  }
  const report = await runMutants(mutants.slice(0, 1), mutants, [], fails, () => undefined, never)
  t.is(report.rows[0]?.verdict.killedBy, 'error: x is undefined')
  const refuses = async (): Promise<never> => {
    throw new InputError('not connected')
  }
  await t.throwsAsync(
    runMutants(mutants, mutants, [], refuses, () => undefined, never),
    { instanceOf: InputError },
  )
})

async function mutate(survivors: readonly Survivor[], args: readonly string[], signal = never) {
  const output = kept()
  const on = { mutated: ['disk'], checkMutant: checkDisk }
  const code = await mutateWith(on, [diskMachine, ...specMachines], survivors, args, output, signal)
  return { code, text: output.text(), said: output.said() }
}

test('the verb: exit codes, progress, --only, --list, --json', async (t) => {
  const whole = await mutate(excused, [])
  t.is(whole.code, 0)
  t.is(whole.said.trim().split('\n').length, 14)
  t.regex(
    whole.said,
    /disk\/idle\.ASK\/negate-guard {2}survives \(liveness only\) {2}\d+ states, 0\.5 s {2}13 left\n/,
  )
  t.is((await mutate(excused.slice(1), [])).code, 1)
  t.is((await mutate([], ['--only', 'DISK-3'])).code, 1)
  t.is((await mutate([], ['--only', 'send-early'])).code, 0)
  t.is((await mutate([], ['--only', 'send-early'], AbortSignal.abort())).code, 3)
  t.regex(
    (await mutate([], ['--list', '--machine', 'session'])).text,
    /\nsession\/ended\.RENEW\/remove [^]*\n\d+ mutants\n$/,
  )
  const json = JSON.parse((await mutate(excused, ['--json'])).text) as {
    rows: { id: string; killedBy: string }[]
  }
  t.is(json.rows.filter(({ killedBy }) => killedBy === 'DISK-9').length, 5)
})

test('the verb refuses a machine that is not there, with the nearest, and a text that is in no mutant', async (t) => {
  await t.throwsAsync(mutate([], ['--machine', 'disc']), {
    instanceOf: UsageError,
    message: /did you mean disk\?/,
  })
  await t.throwsAsync(mutate([], ['--only', 'nothing']), {
    message: /no mutant's id or rule contains "nothing"/,
  })
})
