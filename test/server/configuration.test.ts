/** Reading `zoo.cfg`: Java's property syntax, every value checked, everything else warned about. */
import { readFileSync } from 'node:fs'
import test from 'ava'
import { defaultConfig } from '../../src/server/config/config.js'
import { offeredKeys } from '../../src/server/config/keys.js'
import { configurationPage } from '../../src/server/config/page.js'
import { parseProperties } from '../../src/server/config/properties.js'
import { ConfigError, readConfig } from '../../src/server/config/read.js'

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
    'dataDir=/d\nserver.1=a:2888:3888\nadmin.enableServer=true\nticTime=3\nwhatever.it.is=1',
    'my.cfg',
  )
  t.deepEqual(warnings, [
    'my.cfg:2: server.1 is not acted on: ensembles are not offered yet',
    "my.cfg:3: admin.enableServer is not acted on: Apache's admin server is not offered",
    'my.cfg:4: ticTime is not a key that zoospec knows; did you mean tickTime?',
    'my.cfg:5: whatever.it.is is not a key that zoospec knows',
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
