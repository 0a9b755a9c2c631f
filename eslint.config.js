import boundaries from 'eslint-plugin-boundaries';
import jsxA11y from 'eslint-plugin-jsx-a11y';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Who may import whom: ARCHITECTURE.md, table of parts. A folder may always import itself. */
const mayImport = {
  query: [],
  denials: [],
  sessions: [],
  ingest: ['sessions', 'denials'],
  simulate: ['sessions'],
  store: ['sessions', 'ingest'],
  engine: ['query', 'denials', 'store'],
  config: ['denials', 'ingest', 'share'],
  share: ['query', 'denials', 'engine', 'dashboards'],
  server: ['query', 'engine', 'ingest', 'store', 'denials', 'simulate', 'sessions', 'config', 'share', 'dashboards'],
  plugin: ['query', 'denials'],
  dashboards: ['query', 'denials'],
  provisioning: ['query', 'denials', 'dashboards'],
  cli: [
    'query',
    'engine',
    'ingest',
    'store',
    'denials',
    'simulate',
    'sessions',
    'config',
    'server',
    'share',
    'dashboards',
    'provisioning',
  ],
};
const parts = Object.keys(mayImport);
/** Parts whose sources stand beside what they generate. */
const generating = ['dashboards', 'provisioning'];
const folderOf = (part) => (generating.includes(part) ? `${part}/source` : `src/${part}`);

export default tseslint.config(
  {
    ignores: [
      '.config/',
      'webpack.config.ts',
      'node_modules/',
      'build/',
      'dist/',
      'coverage/',
      'data/',
      'bench/results/',
    ],
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in messages are plain; everything else must be turned into text on purpose.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // Fire-and-forget arrows read better in one line.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      // Implementations of asynchronous ports may be synchronous inside.
      '@typescript-eslint/require-await': 'off',
      // Indexing typed arrays and tuples inside checked bounds.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}', ...generating.map((part) => `${folderOf(part)}/**/*.ts`)],
    ignores: ['**/*.test.{ts,tsx}'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': parts.map((part) => ({ type: part, pattern: folderOf(part) })),
      'import/resolver': { node: { extensions: ['.ts', '.tsx', '.js'] } },
    },
    rules: {
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: parts.map((part) => ({
            from: { element: { type: part } },
            allow: { to: { element: { types: { anyOf: [part, ...mayImport[part]] } } } },
          })),
        },
      ],
    },
  },
  {
    files: ['dashboards/source/**/*.ts'],
    rules: {
      // Grafana 12.3 reads dashboards of the classic format only; 13 reads both.
      '@typescript-eslint/no-deprecated': [
        'error',
        {
          allow: [
            { from: 'package', package: '@grafana/grafana-foundation-sdk', name: ['Dashboard', 'DashboardBuilder'] },
          ],
        },
      ],
    },
  },
  {
    files: ['src/plugin/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...jsxA11y.flatConfigs.recommended.rules,
      // What Grafana's plugin validator looks for.
      'no-console': 'error',
      'no-restricted-globals': ['error', 'location', 'alert', 'confirm', 'prompt'],
    },
  },
  prettier,
);
