/** Reading `zoo.cfg`: Java's property syntax, every value checked, everything else warned about. */
import { configText, verifierOf } from '../../src/server/config/ensemble-config.js'
import { readFileSync } from 'node:fs'
import test from 'ava'
import { defaultConfig } from '../../src/server/config/config.js'
import { offeredKeys } from '../../src/server/config/keys.js'
import { configurationPage } from '../../src/server/config/configuration-page.js'
import { parseProperties } from '../../src/server/config/properties.js'
import { ConfigError, readConfig } from '../../src/server/config/read-config.js'

test('properties: comments, blank lines, the three separators and continuation lines', (t) => {
  const text = [
    '# a comment',
    '! another',
    '',
    'a=1',
    'b : 2',
    'c 3',
    '  d = one \\',
    '    two',
    'e',
    'f=x=y',
  ].join('\n')
  t.deepEqual(parseProperties(text), [
    { key: 'a', value: '1', line: 4 },
    { key: 'b', value: '2', line: 5 },
    { key: 'c', value: '3', line: 6 },
    { key: 'd', value: 'one two', line: 7 },
    { key: 'e', value: '', line: 9 },
    { key: 'f', value: 'x=y', line: 10 },
  ])
})

test('properties: backslash escapes in keys and values, and an even number of backslashes ends no line', (t) => {
  const text = 'a\\=b\\ c=\\u0041\\t\\q\nwin=C\\\\zk\\\\\nnext=1'
  t.deepEqual(
    parseProperties(text).map(({ key, value }) => [key, value]),
    [
      ['a=b c', 'A\tq'],
      ['win', 'C\\zk\\'],
      ['next', '1'],
    ],
  )
})

test("a zoo.cfg as Apache's administrators write it", (t) => {
  const { config, warnings } = readConfig(
    `tickTime=2000
initLimit=10
syncLimit=5
dataDir=/var/lib/zookeeper
dataLogDir=/var/log/zk
clientPort=2182
clientPortAddress=10.0.0.1
minSessionTimeout=1000
maxClientCnxns=0
autopurge.snapRetainCount=5
autopurge.purgeInterval=1
4lw.commands.whitelist=stat, ruok ,mntr
zookeeper.DigestAuthenticationProvider.superDigest=super:xQJmxLMiHGwaqBvst5y6rkB6HQs=
enforceQuota=true
skipACL=yes
jute.maxbuffer=4194304
`,
    'zoo.cfg',
  )
  t.deepEqual(warnings, [])
  t.deepEqual(config, {
    ...defaultConfig(),
    tickTime: 2000,
    initLimit: 10,
    syncLimit: 5,
    dataDir: '/var/lib/zookeeper',
    dataLogDir: '/var/log/zk',
    clientPort: 2182,
    clientPortAddress: '10.0.0.1',
    minSessionTimeout: 1000,
    maxClientCnxns: 0,
    snapRetainCount: 5,
    purgeInterval: 1,
    fourLetterWords: ['stat', 'ruok', 'mntr'],
    superDigest: 'super:xQJmxLMiHGwaqBvst5y6rkB6HQs=',
    enforceQuota: true,
    skipAcl: true,
    juteMaxBuffer: 4_194_304,
  })
})

test('a key that is known but not offered, and one that nobody knows, are warned about with their place', (t) => {
  const { warnings } = readConfig(
    'dataDir=/d\ngroup.1=1:2:3\nadmin.enableServer=true\nticTime=3\nwhatever.it.is=1',
    'my.cfg',
  )
  t.deepEqual(warnings, [
    "my.cfg:3: admin.enableServer is not acted on: Apache's admin server is not offered",
    'my.cfg:4: ticTime is not a key that zoospec knows; did you mean tickTime?',
    'my.cfg:5: whatever.it.is is not a key that zoospec knows',
    'my.cfg:2: group.1 is not acted on: the server stands alone',
  ])
})

test('a value that is wrong is an error that names file, line, key and what was expected', (t) => {
  const wrong: [string, RegExp][] = [
    ['dataDir=/d\ntickTime=soon', /^zoo\.cfg:2: tickTime is "soon"; expected a whole number of at least 1$/],
    ['clientPort=70000', /^zoo\.cfg:1: clientPort is "70000"; expected a whole number from 0 to 65535$/],
    ['enforceQuota=maybe', /^zoo\.cfg:1: enforceQuota is "maybe"; expected true or false$/],
    ['skipACL=true', /^zoo\.cfg:1: skipACL is "true"; expected yes or no$/],
    ['DigestAuthenticationProvider.superDigest=super', /superDigest is "super"; expected user:digest/],
    ['minSessionTimeout=9\nmaxSessionTimeout=8', /minSessionTimeout is 9 and maxSessionTimeout 8/],
  ]
  for (const [text, message] of wrong) {
    t.regex(t.throws(() => readConfig(text, 'zoo.cfg'), { instanceOf: ConfigError }).message, message)
  }
})

test('values that Apache corrects are corrected with a warning', (t) => {
  const { config, warnings } = readConfig('dataDir=/d\nautopurge.snapRetainCount=1\nsnapCount=1', 'zoo.cfg')
  t.is(config.snapRetainCount, 3)
  t.is(config.snapCount, 2)
  t.is(warnings.length, 2)
})

test('docs/configuration.md is what the table of keys says', (t) => {
  t.is(readFileSync('docs/configuration.md', 'utf8'), configurationPage())
  t.true(offeredKeys.every(({ key }) => configurationPage().includes(`| \`${key}\` |`)))
})

const read = (text: string) => readConfig(`dataDir=/d\n${text}`, 'zoo.cfg')

test('numbers that Apache takes from system properties may be hexadecimal or octal', (t) => {
  t.is(read('jute.maxbuffer=0x9fffff').config.juteMaxBuffer, 0x9fffff)
  t.is(read('jute.maxbuffer=#9FFFFF').config.juteMaxBuffer, 0x9fffff)
  t.is(read('zookeeper.snapCount=0100').config.snapCount, 64)
  t.is(read('globalOutstandingLimit=0X10').config.globalOutstandingLimit, 16)
  t.is(read('snapSizeLimitInKb=-0x1').config.snapSizeLimitInKb, -1)
  t.is(read('snapCount=+5').config.snapCount, 5)
  for (const wrong of ['snapCount=09', 'snapCount=0x', 'snapCount=1_000', 'tickTime=0x10', 'snapCount=6e+07'])
    t.regex(
      t.throws(() => read(wrong), { instanceOf: ConfigError }).message,
      /^zoo\.cfg:2: .*; expected a whole number/,
    )
  // What Apache reads with parseInt is decimal, zeros before it or not.
  t.is(read('tickTime=010').config.tickTime, 10)
})

test('a limit of connections of less than 0 is none', (t) => {
  t.is(read('maxClientCnxns=-1').config.maxClientCnxns, -1)
})

test('a hash is named as Java names it, in capitals or not', (t) => {
  const named = {
    SHA1: 'sha1',
    sha: 'sha1',
    sha256: 'sha256',
    'SHA-512': 'sha512',
    'SHA3-256': 'sha3-256',
    md5: 'md5',
  }
  for (const [java, node] of Object.entries(named))
    t.is(read(`DigestAuthenticationProvider.digestAlg=${java}`).config.digestAlgorithm, node)
  t.throws(() => read('DigestAuthenticationProvider.digestAlg=SHA2'), {
    message: /^zoo\.cfg:2: DigestAuthenticationProvider\.digestAlg is "SHA2"; expected the name of a hash/,
  })
})

test('ZOOKEEPER-2886: an IPv6 address with brackets and without; all addresses', (t) => {
  const addresses = {
    '[::1]': '::1',
    '::1': '::1',
    '[fe80::1%eth0]': 'fe80::1%eth0',
    '::': null,
    '[::]': null,
    '0.0.0.0': null,
    '127.0.0.1': '127.0.0.1',
    'zk.example.org': 'zk.example.org',
  }
  for (const [written, address] of Object.entries(addresses))
    t.is(read(`clientPortAddress=${written}`).config.clientPortAddress, address, written)
  for (const wrong of ['[127.0.0.1]', '[::1', 'a b', 'zk:2181', ''])
    t.throws(
      () => read(`clientPortAddress=${wrong}`),
      { message: /^zoo\.cfg:2: clientPortAddress is / },
      wrong,
    )
})

test('one server.N line is a server that stands alone, on the client port that it names', (t) => {
  const ports = {
    'server.1=localhost:2888:3888;2191': [2191, null],
    'server.7=localhost:2888:3888:participant;2191': [2191, null],
    'server.1=localhost:2888:3888;127.0.0.1:2191': [2191, '127.0.0.1'],
    'server.1=[::1]:2888:3888;[::1]:2191': [2191, '::1'],
    'server.1=a:2888:3888|b:2889:3889;0.0.0.0:2191': [2191, null],
    'server.1=localhost:2888:3888': [2181, null],
    'server.1=localhost:2888:3888;2191\nclientPort=2191': [2191, null],
  }
  for (const [text, [port, address]] of Object.entries(ports)) {
    const { config, warnings } = read(text)
    t.deepEqual([config.clientPort, config.clientPortAddress], [port, address], text)
    t.deepEqual(warnings, [`zoo.cfg:2: ${text.split('=')[0]!} is the only member: the server stands alone`])
  }
  t.throws(() => read('clientPort=2181\nserver.1=a:2888:3888;2191'), {
    message: /^zoo\.cfg:3: server\.1 gives clients port 2191, and zoo\.cfg:2 port 2181/,
  })
  for (const wrong of [
    'a',
    'a:2888',
    'a:2888:x',
    'a:2888:3888:leader',
    'a:2888:3888;',
    'a:2888:3888;0',
    'a:1:2;1;2',
    '::1:1:2',
  ])
    t.throws(
      () => read(`server.1=${wrong}`),
      { message: /^zoo\.cfg:2: server\.1 is .*; expected HOST:PORT:PORT/ },
      wrong,
    )
})

test('QUORUM-10, QUORUM-20: several server.N lines are an ensemble, with roles, groups and weights', (t) => {
  const limits = 'initLimit=10\nsyncLimit=5\n'
  const { ensemble } = read(
    `${limits}server.1=a:2888:3888;2181\nserver.3=[::1]:2889:3889|c:2890:3890;[::1]:2183\nserver.2=b:2888:3888:observer`,
  )
  t.deepEqual([...ensemble!.members.keys()], [1n, 2n, 3n])
  t.is(ensemble!.members.get(2n)!.role, 'observer')
  t.is(
    configText(ensemble!),
    [
      'server.1=a:2888:3888:participant;0.0.0.0:2181',
      'server.2=b:2888:3888:observer',
      'server.3=[::1]:2889:3889|c:2890:3890:participant;[::1]:2183',
      'version=0',
    ].join('\n'),
  )
  t.is(read('server.1=a:2888:3888').ensemble, undefined)
  const weighed = read(
    `${limits}server.1=a:1:2\nserver.2=b:1:2\nserver.3=c:1:2\ngroup.1=1:2\ngroup.2=3\nweight.1=3\nweight.2=0`,
  )
  const verifier = verifierOf(weighed.ensemble!)
  t.true(verifier.isQuorum(new Set([1n, 3n])))
  t.false(verifier.isQuorum(new Set([2n, 3n])))
  t.regex(
    configText(weighed.ensemble!),
    /group\.1=1:2\ngroup\.2=3\nweight\.1=3\nweight\.2=0\nweight\.3=1\nversion=0$/,
  )
})

test('an ensemble that can\u2019t be is refused, saying where and what would be right', (t) => {
  const two = 'server.1=a:1:2\nserver.2=b:1:2\n'
  const wrong: Record<string, RegExp> = {
    [two]: /initLimit is 0; expected a number of ticks/,
    [`initLimit=5\n${two}`]: /syncLimit is 0; expected a number of ticks/,
    'server.1=a:1:2:observer': /^zoo\.cfg:2: every server is an observer; expected a participant/,
    'server.1=a:1:2\nserver.2=a:1:3': /server\.1 and server\.2 both have a:1; expected an address of its own/,
    'server.1=a:1:1\nserver.2=b:1:2': /server\.1 and server\.1 both have a:1/,
    'server.1=a:1:2\nserver.256=b:1:2':
      /^zoo\.cfg:3: server\.256 names server 256; expected a number of 0 to 255/,
    'server.1=a:1:2\nserver.2=b:1': /^zoo\.cfg:3: server\.2 is "b:1"; expected HOST:PORT:PORT/,
    [`${two}weight.1=2`]: /weights without groups have no effect; expected a group\.N/,
    [`${two}group.1=1`]: /server 2 is in no group; expected one group for each participant/,
    [`${two}group.1=1:2\ngroup.2=2`]: /server 2 is in group\.1 and group\.2; expected one group for each/,
    [`${two}group.1=1:2:7`]: /group\.1 has server 7; expected participants only/,
    [`${two}group.1=1:b`]: /^zoo\.cfg:4: group\.1 is "1:b"; expected servers' numbers/,
    [`${two}group.1=1:2\nweight.1=-1`]: /weight\.1 is -1; expected 0 or more/,
    [`${two}group.1=1:2\nweight.3=1`]: /weight\.3 is for no server; expected a server\.3/,
    [`${two}group.1=1:2\nweight.1=x`]: /^zoo\.cfg:5: weight\.1 is "x"; expected a whole number/,
    'dynamicConfigFile=/etc/zk/zoo.cfg.dynamic':
      /^zoo\.cfg:2: dynamicConfigFile .*expected its server\.N lines in zoo\.cfg/,
  }
  for (const [text, message] of Object.entries(wrong))
    t.throws(() => read(text), { instanceOf: ConfigError, message }, text)
})
