import tseslint from 'typescript-eslint';

const unseededSources = [
  { object: 'Math', property: 'random', message: 'Draw from stream(seed, …address) in src/base/random.ts.' },
  { object: 'Date', property: 'now', message: 'Simulation paths know virtual time only.' },
  { object: 'performance', property: 'now', message: 'Simulation paths know virtual time only.' },
];

/** Who may not import whom: the rooms of docs/architecture.md. */
const rooms = {
  base: ['memory', 'model', 'actors', 'sim'],
  memory: ['model', 'actors', 'sim'],
  model: ['actors', 'sim'],
  actors: ['model', 'sim'],
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'runs/', 'coverage/'] },
  ...tseslint.configs.strict,
  {
    languageOptions: {
      parserOptions: {
        projectService: {
          allowDefaultProject: ['eslint.config.js', 'scripts/*.mjs', 'benchmarks/*/*.mjs'],
          maximumDefaultProjectFileMatchCount_THIS_WILL_SLOW_DOWN_LINTING: 40,
        },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/no-unused-vars': ['error', { varsIgnorePattern: '^_', argsIgnorePattern: '^_' }],
      'no-console': 'error',
      'no-restricted-properties': ['error', ...unseededSources],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  ...Object.entries(rooms).map(([room, forbidden]) => ({
    files: [`src/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: forbidden.map((other) => `**/${other}/**`),
              message: `src/${room} does not know these rooms.`,
            },
          ],
        },
      ],
    },
  })),
  {
    files: ['src/sim/**/*.ts'],
    ignores: [
      'src/sim/data/**',
      'src/sim/run/evaluation.ts',
      'src/sim/output/scores-csv.ts',
      'src/sim/output/sheet-rows.ts',
      'src/sim/report/gallery/**',
    ],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/label.js'],
              importNames: ['revealLabel'],
              message: 'Labels of test images are for measuring: nothing that learns or tunes may read them.',
            },
          ],
        },
      ],
    },
  },
  // Wall time is measured at the edge, and configuration files follow their tools' conventions.
  {
    files: ['src/base/stopwatch.ts', 'benchmarks/**', 'scripts/**'],
    rules: { 'no-restricted-properties': 'off', 'no-console': 'off' },
  },
  // They stand in no project: a user's folder has none.
  { files: ['examples/**'], languageOptions: { parserOptions: { projectService: false } } },
  { files: ['*.config.js', '*.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
