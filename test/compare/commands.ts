/** Random things that clients do, as the commands of scenarios: so that a counterexample is a scenario, ready to keep. */
import fc from 'fast-check'

/** A few paths, so that clients meet; parents, children, an impossible one now and then. */
const path = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('/a', '/b', '/a/x', '/a/y', '/a/x/z', '/b/x', '/c') },
  { weight: 2, arbitrary: fc.constantFrom('/', '/zookeeper', '/zookeeper/quota') },
  { weight: 1, arbitrary: fc.constantFrom('/a/', '//a', 'a', '/a/../b', '/a//x', '/.') },
)
const mode = fc.oneof(
  { weight: 6, arbitrary: fc.constant('persistent') },
  { weight: 4, arbitrary: fc.constant('ephemeral') },
  { weight: 2, arbitrary: fc.constantFrom('persistentSequential', 'ephemeralSequential', 'container') },
  { weight: 1, arbitrary: fc.constantFrom('persistentWithTTL', '9') },
)
const acl = fc.oneof(
  { weight: 8, arbitrary: fc.constant('world:anyone:cdrwa') },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'auth::cdrwa',
      'world:anyone:r',
      'world:anyone:cdr;auth::cdrwa',
      'digest:ann:x:r',
      'ip:127.0.0.1:cdrwa',
      'ip:10.0.0.0/8:cdrwa',
      'ip:127.0.0.0/300:r',
      'null',
      'nobody:here:r',
    ),
  },
)
const version = fc.constantFrom(-1, -1, -1, 0, 1, 2)
const data = fc.constantFrom('', 'one', 'longer', 'null')
const watch = fc.constantFrom('', ' watch', ' watch')

const create = fc
  .tuple(fc.constantFrom('create', 'create', 'create2'), path, data, mode, acl)
  .map(([op, at, bytes, kind, list]) => `${op} ${at} data=${bytes} mode=${kind} acl=${list}`)
const part = fc.oneof(
  fc.tuple(path, data, mode).map(([at, bytes, kind]) => `create ${at} data=${bytes} mode=${kind}`),
  fc.tuple(path, mode).map(([at, kind]) => `create2 ${at} mode=${kind}`),
  fc.tuple(path, version).map(([at, expected]) => `delete ${at} version=${expected}`),
  fc
    .tuple(path, data, version)
    .map(([at, bytes, expected]) => `setData ${at} data=${bytes} version=${expected}`),
  fc.tuple(path, version).map(([at, expected]) => `check ${at} version=${expected}`),
)
const paths = fc
  .uniqueArray(fc.constantFrom('/a', '/b', '/a/x', '/c'), { maxLength: 3 })
  .map((list) => list.join(','))

/** A request, as text. */
export const request = fc.oneof(
  { weight: 12, arbitrary: create },
  {
    weight: 6,
    arbitrary: fc.tuple(path, version).map(([at, expected]) => `delete ${at} version=${expected}`),
  },
  {
    weight: 8,
    arbitrary: fc
      .tuple(path, data, version)
      .map(([at, bytes, expected]) => `setData ${at} data=${bytes} version=${expected}`),
  },
  {
    weight: 14,
    arbitrary: fc
      .tuple(fc.constantFrom('exists', 'getData', 'getChildren', 'getChildren2'), path, watch)
      .map((words) => words.join(' ').trim()),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(path, version).map(([at, expected]) => `check ${at} version=${expected}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(path, acl, version)
      .map(([at, list, expected]) => `setACL ${at} acl=${list} version=${expected}`),
  },
  { weight: 4, arbitrary: fc.array(part, { maxLength: 4 }).map((ops) => `multi ${ops.join('; ')}`) },
  {
    weight: 1,
    arbitrary: fc
      .array(
        fc.tuple(fc.constantFrom('getData', 'getChildren'), path).map((words) => words.join(' ')),
        { maxLength: 3 },
      )
      .map((ops) => `multiRead ${ops.join('; ')}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('getACL', 'sync', 'getAllChildrenNumber'), path)
      .map((words) => words.join(' ')),
  },
  { weight: 1, arbitrary: path.map((at) => `getEphemerals ${at}`) },
  { weight: 1, arbitrary: path.map((at) => `createContainer ${at}`) },
  { weight: 1, arbitrary: fc.constant('deleteContainer') },
  {
    weight: 1,
    arbitrary: fc.tuple(path, fc.constantFrom(0, 5, 4000)).map(([at, ttl]) => `createTTL ${at} ttl=${ttl}`),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(path, fc.constantFrom('persistent', 'persistentRecursive', 'persistentRecursive'))
      .map(([at, kind]) => `addWatch ${at} mode=${kind}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('removeWatches', 'checkWatches'),
        path,
        fc.constantFrom('children', 'data', 'any'),
      )
      .map(([op, at, type]) => `${op} ${at} type=${type}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 3, 6, 100), paths, paths, paths, paths, paths)
      .map(
        ([since, d, e, c, p, r]) =>
          `setWatches2 since=${since} data=${d} exist=${e} child=${c} persistent=${p} recursive=${r}`,
      ),
  },
  { weight: 1, arbitrary: fc.tuple(paths, paths).map(([d, c]) => `setWatches since=2 data=${d} child=${c}`) },
  { weight: 2, arbitrary: fc.constantFrom('auth digest ann:secret', 'auth digest bob:pass', 'auth ip x') },
  { weight: 1, arbitrary: fc.constantFrom('whoAmI', 'ping', 'sasl token', 'reconfig server.1') },
)

const name = fc.constantFrom('a', 'b', 'c')

/** Some commands that are sent without waiting between them; those that end a connection stand alone. */
export const block: fc.Arbitrary<readonly string[]> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.array(
      fc.tuple(name, request).map(([who, what]) => `${who}: ${what}`),
      { minLength: 1, maxLength: 5 },
    ),
  },
  {
    weight: 10,
    arbitrary: fc
      .tuple(name, fc.array(request, { minLength: 2, maxLength: 8 }))
      .map(([who, list]) => list.map((what) => `${who}: ${what}`)),
  },
  { weight: 2, arbitrary: name.map((who) => [`${who}: closeSession`]) },
  { weight: 1, arbitrary: name.map((who) => [`${who}: auth kerberos ticket`]) },
  { weight: 2, arbitrary: name.map((who) => [`${who}: disconnect`]) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        name,
        name,
        fc.constantFrom('', '', '', '', ' passwd=wrong', ' seen=9999'),
        fc.constantFrom(4000, 8000, 14_000),
      )
      .map(([who, whose, oddity, timeout]) => [
        `${who}: connect session=${whose} timeout=${timeout}${oddity}`,
      ]),
  },
  { weight: 4, arbitrary: name.map((who) => [`${who}: connect timeout=6000`]) },
  { weight: 3, arbitrary: fc.constantFrom(['wait 2000'], ['wait 6000'], ['wait 20000']) },
  { weight: 1, arbitrary: fc.constant(['reap']) },
  { weight: 1, arbitrary: fc.constant(['restart']) },
)

/** A whole run: three clients connect, then anything happens. */
export const run: fc.Arbitrary<readonly (readonly string[])[]> = fc
  .tuple(
    fc.constantFrom<readonly string[]>([], ['set extendedTypesEnabled=true']),
    fc.array(block, { minLength: 4, maxLength: 24 }),
  )
  .map(([settings, blocks]) => [
    ...(settings.length > 0 ? [settings] : []),
    ['a: connect timeout=8000', 'b: connect timeout=12000', 'c: connect timeout=20000'],
    ...blocks,
  ])
