/** Tests run as ECMAScript modules: `NODE_OPTIONS='--experimental-vm-modules --no-warnings' npx jest`. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    // `using` and `await using` are lowered: Node 20 does not parse them.
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript', explicitResourceManagement: true }, target: 'es2023' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  setupFiles: ['<rootDir>/test/support/setup.mjs'],
  reporters: ['<rootDir>/test/support/reporter.mjs'],
  testTimeout: 30_000,
  // Many tests wait for processes of their own: one worker more than there are cores on the smallest runner.
  maxWorkers: 3,
  workerIdleMemoryLimit: '768MB',
};
