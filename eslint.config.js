// Lint: strict TypeScript, and the layering that keeps spec, cores and I/O apart. `test/lint` shows that each line is guarded.
import tseslint from 'typescript-eslint'
import { noImportCircle } from './lint/no-import-circle.js'
import { roomsInOrder } from './lint/rooms.js'

const spec = 'The implementation never imports a spec machine; only spec/vocabulary is shared.'
const outside = 'Cores are sans-I/O: only src/runtime touches the outside.'

/** Modules of files, sockets, time, processes and logs. */
const io = [
  'node:*',
  '!node:assert',
  ...'fs net tls http https dgram dns os path process timers worker_threads child_process crypto perf_hooks'.split(
    ' ',
  ),
  ...'fs timers stream util'.split(' ').map((name) => `${name}/*`),
  'pino',
  'pino-pretty',
]

/** What sees both sides: it compares, draws, breaks or measures. */
const both = [
  'conform',
  'scenario',
  'diagram',
  'bytes-page',
  'traceability',
  'cli',
  'scripts',
  'bench',
  'mutants',
  'simulate',
].map((folder) => `src/${folder}/**`)

/** The checker sees the spec too. Its files, threads and clock are in src/runtime/check. */
const checker = ['src/check/**']

/** Globals that are the outside by another door: time, chance, the process. */
const outsideGlobals = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'process',
  'fetch',
  'performance',
  'WebSocket',
].map((name) => ({ name, message: `${outside} Take it as an input.` }))
const outsideProperties = [
  { object: 'Date', property: 'now', message: 'The clock is an input.' },
  { object: 'Math', property: 'random', message: 'Chance is an input.' },
]
const clock = {
  selector: "NewExpression[callee.name='Date'][arguments.length=0]",
  message: 'The clock is an input.',
}
const hidden = { selector: 'ImportExpression', message: 'import() would hide what a layer depends on.' }
const noDefault = {
  selector: 'ExportDefaultDeclaration',
  message: 'No default exports: a name says what it is.',
}

/** Forbids import paths in the files of a layer, `import()` and `export … from` too. */
function layer(files, patterns, ignores = []) {
  return { files, ignores, rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] } }
}

/** Forbids time, chance and the process in the files of a layer. */
function pure(files, ignores = []) {
  return {
    files,
    ignores,
    rules: {
      'no-restricted-globals': ['error', ...outsideGlobals],
      'no-restricted-properties': ['error', ...outsideProperties],
      'no-restricted-syntax': ['error', noDefault, clock, hidden],
    },
  }
}

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'docs', 'node_modules'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-restricted-syntax': ['error', noDefault],
      'max-lines': ['warn', { max: 300, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['spec/**/*.ts', 'src/**/*.ts', 'test/**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['eslint.config.js', '*.config.js', '*.config.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  layer(
    ['spec/**/*.ts'],
    [
      { regex: '^(?!\\.{1,2}/|xstate$|xstate/)', message: 'spec/ imports xstate and nothing else.' },
      { regex: '/(src|test)/', message: 'spec/ never imports the implementation.' },
    ],
  ),
  layer(
    ['src/**/*.ts'],
    [
      { regex: '/spec/(?!vocabulary/)', message: spec },
      { group: io, message: outside },
      { regex: '/test/', message: 'Nothing that ships imports a test.' },
      { regex: '/runtime/', message: 'Cores do not know who runs them.' },
    ],
    ['src/runtime/**', 'src/index.ts', ...checker, ...both],
  ),
  layer(
    ['src/check/**/*.ts'],
    [
      { group: io, message: outside },
      { regex: '/test/', message: 'Nothing that ships imports a test.' },
      { regex: '/runtime/', message: 'Cores do not know who runs them.' },
    ],
  ),
  layer(['src/runtime/check/**/*.ts'], [{ regex: '/test/', message: 'Nothing that ships imports a test.' }]),
  layer(
    ['src/runtime/**/*.ts'],
    [
      { regex: '/spec/(?!vocabulary/)', message: spec },
      { regex: '/test/', message: 'Nothing that ships imports a test.' },
    ],
    ['src/runtime/check/**'],
  ),
  {
    files: ['spec/**/*.ts', 'src/**/*.ts'],
    plugins: { house: { rules: { 'no-import-circle': noImportCircle, 'rooms-in-order': roomsInOrder } } },
    rules: { 'house/no-import-circle': 'error', 'house/rooms-in-order': 'error' },
  },
  pure(['spec/**/*.ts']),
  pure(['src/**/*.ts'], ['src/runtime/**', 'src/client/**', 'src/index.ts', ...both]),
)
