const { availableParallelism } = require('node:os');
const scaffold = require('./.config/jest.config.js');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils.js');

process.env.TZ = 'UTC';

/** Packages that ship ES modules only, beyond those the scaffold knows. */
const esModules = [
  ...grafanaESModules,
  '@react-hookz/web',
  '@ver0/deep-equal',
  'cookie',
  '@grafana/plugin-ui',
  '@marcbachmann/cel-js',
  'uuid',
  '@react-awesome-query-builder',
];

/** The scaffold's compiler options with React's automatic runtime: components need not import React. */
function withJsxRuntime({ transform }) {
  const [, options] = Object.values(transform)[0];
  return { ...options, jsc: { ...options.jsc, transform: { react: { runtime: 'automatic' } } } };
}

module.exports = {
  // One more than there are cores, since some tests wait; each may hold an engine with a gigabyte.
  maxWorkers: Math.min(4, availableParallelism() + 1),
  testSequencer: '<rootDir>/test/support/slowest-first.cjs',
  // Jest reads it here only, not in a project. The store's own work takes seconds, more on a busy machine.
  testTimeout: 300000,
  projects: [
    {
      displayName: 'node',
      testEnvironment: 'node',
      globalSetup: '<rootDir>/test/support/in-memory.mjs',
      globalTeardown: '<rootDir>/test/support/in-memory-end.cjs',
      // Looked up in the sandbox they cost more than what they do: loops over lines and events take half the time with them.
      sandboxInjectedGlobals: ['Array', 'BigInt', 'Buffer', 'JSON', 'Map', 'Math', 'Number', 'Object', 'Set', 'String'],
      roots: ['<rootDir>/src', '<rootDir>/test'],
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/src/plugin/', '<rootDir>/test/e2e/'],
      transform: {
        '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }],
        '/node_modules/(echarts|zrender|tslib)/.+\\.js$': [
          '@swc/jest',
          { jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
        ],
      },
      // ECharts by its parts is ES modules only.
      transformIgnorePatterns: ['/node_modules/(?!(echarts|zrender)/)'],
    },
    {
      ...scaffold,
      displayName: 'plugin',
      roots: ['<rootDir>/src/plugin'],
      testMatch: ['**/*.test.{ts,tsx}'],
      moduleNameMapper: { ...scaffold.moduleNameMapper },
      setupFilesAfterEnv: ['<rootDir>/jest-setup.cjs'],
      transform: { '^.+\\.m?(t|j)sx?$': ['@swc/jest', withJsxRuntime(scaffold)] },
      transformIgnorePatterns: [nodeModulesToTransform(esModules)],
    },
  ],
};
