// Lint: strict TypeScript, and the layering that DESIGN asks for.
import tseslint from 'typescript-eslint'

const io = ['node:*', 'fs', 'net', 'timers', 'worker_threads', 'child_process', 'pino', 'pino-pretty']

/** Forbids import paths in the files of a layer. */
function layer(files, patterns, ignores = []) {
  return { files, ignores, rules: { 'no-restricted-imports': ['error', { patterns }] } }
}

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'docs', 'node_modules'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports: a name says what it is.' },
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
      { group: ['**/src/**'], message: 'spec/ never imports the implementation.' },
    ],
  ),
  layer(
    ['src/**/*.ts'],
    [
      {
        regex: '/spec/(?!vocabulary/)',
        message: 'The implementation never imports a spec machine; only spec/vocabulary is shared.',
      },
      { group: io, message: 'Cores are sans-I/O: only src/runtime touches the outside.' },
    ],
    [
      'src/runtime/**',
      'src/trace/**',
      'src/check/**',
      'src/conform/**',
      'src/diagram/**',
      'src/cli/**',
      'src/bench/**',
      'src/mutants/**',
      'src/traceability/**',
      'src/index.ts',
    ],
  ),
  layer(
    ['src/runtime/**/*.ts'],
    [
      {
        regex: '/spec/(?!vocabulary/)',
        message: 'The implementation never imports a spec machine; only spec/vocabulary is shared.',
      },
    ],
  ),
)
