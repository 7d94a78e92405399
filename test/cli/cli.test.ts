/** The command line: what it says, how it starts and stops a server, what it refuses and in which words. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { connectClient } from '../../src/runtime/client-socket.js'
import { parseArguments, UsageError } from '../../src/cli/usage.js'

const command = resolve('dist/src/cli/main.js')

function folder(t: ExecutionContext): string {
  const path = mkdtempSync(join(tmpdir(), 'zoospec-cli-'))
  t.teardown(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function zoospec(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

interface Line {
  readonly level: number
  readonly msg: string
  readonly port?: number
}

/** A `zoospec serve` of its own process: its log lines, and the port once it serves. */
async function serve(
  t: ExecutionContext,
  ...args: string[]
): Promise<{ child: ChildProcess; lines: Line[]; port: number; exit: Promise<number | null> }> {
  const child = spawn(process.execPath, [command, 'serve', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => void child.kill('SIGKILL'))
  const exit = new Promise<number | null>((done) => child.on('close', (code) => done(code)))
  const lines: Line[] = []
  const port = await new Promise<number>((found) => {
    let rest = ''
    child.stdout.on('data', (bytes: Buffer) => {
      const parts = (rest + bytes.toString()).split('\n')
      rest = parts.pop()!
      for (const part of parts) {
        const line = JSON.parse(part) as Line
        lines.push(line)
        if (line.msg === 'serving') found(line.port!)
      }
    })
    void exit.then(() => found(0))
  })
  return { child, lines, port, exit }
}

test('help: the command lists its verbs, a verb its flags', (t) => {
  const overview = zoospec('--help')
  t.is(overview.status, 0)
  for (const verb of [
    'serve',
    'configuration',
    'diagrams',
    'trace check',
    'check',
    'replay',
    'diff',
    'mutate',
  ]) {
    t.regex(overview.stdout, new RegExp(`^  ${verb} `, 'm'))
  }
  const { status, stdout } = zoospec('serve', '--help')
  t.is(status, 0)
  for (const flag of ['--client-port N', '--data-dir D', '--trace FILE']) t.true(stdout.includes(flag))
})

test('a verb or a flag that does not exist is refused with what was probably meant', (t) => {
  const verb = zoospec('sreve')
  t.is(verb.status, 2)
  t.regex(verb.stderr, /^zoospec has no verb sreve\n\nusage: zoospec <verb>/)
  const flag = zoospec('serve', '--datadir', '/tmp/x')
  t.is(flag.status, 2)
  t.regex(flag.stderr, /^--datadir is not a flag here; did you mean --data-dir\?\n\nusage: zoospec serve/)
  t.regex(zoospec('serve', '--client-port').stderr, /^--client-port needs a value: N/)
  t.regex(zoospec('serve', 'a.cfg', 'b.cfg').stderr, /^"b.cfg" is one argument too many/)
})

test('flags: --flag value, --flag=value, and what is not a flag', (t) => {
  const flags = { port: { value: 'N', about: '' }, json: { about: '' } }
  const { positional, flags: given } = parseArguments(['--port', '1', 'file', '--json'], flags, 1, '')
  t.deepEqual(positional, ['file'])
  t.deepEqual(
    [...given],
    [
      ['port', '1'],
      ['json', true],
    ],
  )
  t.is(parseArguments(['--port=0'], flags, 0, '').flags.get('port'), '0')
  t.throws(() => parseArguments(['--json=1'], flags, 0, ''), { instanceOf: UsageError })
})

test('serve: names its data folder, serves, and leaves with 0 on SIGTERM, with everything kept', async (t) => {
  const data = folder(t)
  const first = await serve(t, '--client-port', '0', '--data-dir', data)
  t.true(first.lines.some((line) => JSON.stringify(line).includes(`"data":"${data}"`)))
  const client = await connectClient({ port: first.port })
  const acl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
  await client.request({ op: 'create', path: '/kept', data: Buffer.from('x'), acl, flags: 0 })
  first.child.kill('SIGTERM')
  await client.closed
  t.is(await first.exit, 0)
  t.deepEqual(
    first.lines.slice(-3).map(({ msg }) => msg),
    ['asked to stop', 'stopping', 'stopped'],
  )
  const second = await serve(t, '--client-port', '0', '--data-dir', data)
  const again = await connectClient({ port: second.port })
  const reply = await again.request({ op: 'getData', path: '/kept', watch: false })
  t.true(reply.result?.op === 'getData' && Buffer.from(reply.result.data!).toString() === 'x')
  second.child.kill('SIGINT')
  t.is(await second.exit, 0)
})

test('serve: a zoo.cfg is followed, flags go before it, and what it says in vain is warned about', async (t) => {
  const data = folder(t)
  const file = join(data, 'zoo.cfg')
  writeFileSync(
    file,
    'dataDir=/nonexistent/zoospec\nclientPort=1\nclientPortAddress=127.0.0.1\ngroup.1=1:2\n',
  )
  const { lines, port, child, exit } = await serve(t, file, '--client-port=0', '--data-dir', data)
  t.true(port > 1)
  t.true(lines.some(({ level, msg }) => level === 40 && msg.startsWith(`${file}:4: group.1 is not acted on`)))
  child.kill()
  t.is(await exit, 0)
})

test('serve: an address that is not one of this machine is named with its line', (t) => {
  const data = folder(t)
  const file = join(data, 'zoo.cfg')
  writeFileSync(file, `dataDir=${data}\nclientPortAddress=no.such.host.invalid\n`)
  const { status, stderr, stdout } = zoospec('serve', file)
  t.is(status, 1)
  t.true(`${stdout}${stderr}`.includes(`${file}:2: clientPortAddress must be an address of this machine`))
})

test('serve: what it can not do it says in one line, and leaves with 1', async (t) => {
  const data = folder(t)
  const file = join(data, 'zoo.cfg')
  writeFileSync(file, 'dataDir=/d\ntickTime=never\n')
  const wrong = zoospec('serve', file)
  t.is(wrong.status, 1)
  t.regex(wrong.stdout, /zoo\.cfg:2: tickTime is \\"never\\"; expected a whole number/)
  t.is(wrong.stdout.trim().split('\n').length, 1)
  t.regex(zoospec('serve', join(data, 'missing.cfg')).stdout, /missing\.cfg can't be read/)
  const { port } = await serve(t, '--client-port', '0', '--data-dir', join(data, 'one'))
  const taken = zoospec('serve', '--client-port', String(port), '--data-dir', join(data, 'two'))
  t.is(taken.status, 1)
  t.regex(taken.stdout, /EADDRINUSE.*another server listens there/)
})

test('serve --trace writes what trace check accepts; a trace that was tampered with it rejects', async (t) => {
  const data = folder(t)
  const file = join(data, 'trace.ndjson')
  const { child, port, exit } = await serve(t, '--client-port', '0', '--data-dir', data, '--trace', file)
  const client = await connectClient({ port })
  const acl = [{ perms: 31, id: { scheme: 'world', id: 'anyone' } }]
  await client.request({ op: 'create', path: '/a', data: null, acl, flags: 0 })
  await client.request({ op: 'exists', path: '/a', watch: false })
  await client.close()
  child.kill()
  await exit
  const accepted = zoospec('trace', 'check', file)
  t.is(accepted.status, 0, accepted.stdout)
  t.regex(accepted.stdout, /^accepted: \d+ events/)
  const text = readFileSync(file, 'utf8')
  t.true(text.includes('"numChildren":0'))
  writeFileSync(file, text.replace('"numChildren":0', '"numChildren":7'))
  const rejected = zoospec('trace', 'check', file)
  t.is(rejected.status, 1, rejected.stdout)
  t.regex(rejected.stdout, /^rejected at event \d+/)
  t.is(zoospec('trace', 'check', join(data, 'missing')).status, 2)
})

test('a reader that has read enough ends the command quietly', (t) => {
  const path = JSON.stringify(command)
  for (const verb of ['configuration', 'check --help', '--help']) {
    const data = folder(t)
    const line = `set -o pipefail; ${JSON.stringify(process.execPath)} ${path} ${verb} | head -c 1 >${data}/read; echo "status $?"`
    const { stdout, stderr } = spawnSync('bash', ['-c', line], {
      cwd: data,
      encoding: 'utf8',
      timeout: 60_000,
    })
    t.is(stdout, 'status 0\n', verb)
    t.is(stderr, '', verb)
  }
})
