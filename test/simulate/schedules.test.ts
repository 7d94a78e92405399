/** Schedules: the same gives the same run, a file gives back what was written, and says what is wrong with it. */
import test from 'ava'
import { drawSchedule } from '../../src/simulate/ensemble/draw-schedule.js'
import { type RunResult, runSchedule } from '../../src/simulate/ensemble/run-schedule.js'
import type { Schedule } from '../../src/simulate/ensemble/fault.js'
import { Violation } from '../../src/simulate/ensemble/judge/violation.js'
import { shrink } from '../../src/simulate/ensemble/shrink.js'
import { readSchedule, scheduleText } from '../../src/simulate/ensemble/schedule-file.js'

const size = { servers: 3, observers: 1, clients: 3, duration: 20_000 }

test('one schedule, one run: events, writes and answers are the same', async (t) => {
  const schedule = drawSchedule(12, size)
  const [one, other] = [await runSchedule(schedule), await runSchedule(schedule)]
  t.deepEqual(one, other)
  t.notDeepEqual(one, await runSchedule({ ...schedule, seed: 13 }))
})

test('a file gives back the schedule that was written', (t) => {
  for (let seed = 0; seed < 30; seed++) {
    const schedule = drawSchedule(seed, size)
    t.deepEqual(readSchedule(scheduleText(schedule)), schedule)
  }
  const calm = { ...drawSchedule(1, size), faults: [] }
  t.deepEqual(readSchedule(scheduleText(calm)), calm)
})

test('a failing schedule is made short: what has no part in it is left out, and the rest still breaks the same rule', async (t) => {
  const schedule = drawSchedule(3, { ...size, duration: 300_000 })
  const [one, other] = [schedule.faults[4]!, schedule.faults[9]!]
  // It fails where both are there, 5 s after the second.
  const run = (tried: Schedule): Promise<RunResult> => {
    const isBroken = tried.faults.includes(one) && tried.faults.includes(other) && tried.duration >= other.at
    const violation = isBroken ? new Violation('LAMP-1', 'dark') : undefined
    return Promise.resolve({ violation, time: other.at + 5000 } as RunResult)
  }
  const { schedule: short, result, runs } = await shrink(schedule, await run(schedule), 200, () => {}, run)
  t.deepEqual(short.faults, [one, other])
  t.is(short.duration, other.at + 5000)
  t.is(result.violation?.rule, 'LAMP-1')
  t.true(runs < 60, `${runs}`)
  const cut = await shrink(schedule, await run(schedule), 1, () => {}, run)
  t.is(cut.runs, 1)
})

const fault = (text: string) =>
  `{"seed":1,"servers":3,"observers":1,"clients":2,"duration":1000,"faults":[{"at":5,"fault":${text}}]}`
for (const [text, said] of [
  ['{', /^it is not JSON/],
  ['[]', /^the file is \[\]; expected an object/],
  ['{"seed":-1}', /^"seed" is -1; expected a whole number of 0 or more/],
  ['{"seed":1,"servers":3,"observers":0,"clients":1,"duration":9}', /^"faults" is missing/],
  [
    fault('{"type":"crush"}'),
    /^faults\[0\]\.fault\.type is "crush"; expected one of crash, powerLoss, crashAtDisk/,
  ],
  [
    fault('{"type":"crash","sid":5,"kind":"kill","for":1}'),
    /^faults\[0\]\.fault\.sid is 5; expected a server, 1 to 4/,
  ],
  [
    fault('{"type":"crash","sid":1,"kind":"gone","for":1}'),
    /kind is "gone"; expected one of kill, ordered, scattered/,
  ],
  [fault('{"type":"reset","a":1,"b":2,"c":3}'), /^faults\[0\]\.fault\.c is nothing that reset has/],
  [fault('{"type":"wipe","sid":2,"for":10}'), /server 2 votes; only an observer's disk may be lost/],
] as const)
  test(`a schedule file with a mistake: ${text.slice(-40)}`, (t) => {
    t.regex(t.throws(() => readSchedule(text)).message, said)
  })
