// A zone whose clocks change: some of its days have 23 or 25 hours.
process.env.TZ = 'Europe/Berlin';

/** @type {import('jest').Config} */
export default {
  setupFiles: ['<rootDir>/test/unit/browser-gaps.cjs'],
  // Not a measure of speed: the machine may be busy with other suites.
  testTimeout: 60_000,
  testRegex: '/test/unit/.*\\.spec\\.tsx?$',
  transform: {
    // Types are checked once, by `npm run types`; here they are only stripped. The packages of
    // JupyterLab are ES modules, which jest's own loader does not read.
    '\\.[jt]sx?$': [
      'ts-jest',
      {
        tsconfig: {
          allowJs: true,
          jsx: 'react',
          esModuleInterop: true,
          isolatedModules: true,
          target: 'ES2022',
          useDefineForClassFields: false,
          module: 'commonjs',
          skipLibCheck: true
        },
        diagnostics: false
      }
    ]
  },
  // Copies of packages that are not ours to load.
  modulePathIgnorePatterns: ['<rootDir>/\\.venv', '<rootDir>/jupyter_azure_auth/labextension'],
  transformIgnorePatterns: [
    '/node_modules/(?!(@jupyter|@azure|@microsoft|@rjsf|exenv-es6|lib0|nanoid|y-protocols|y-websocket))'
  ],
  moduleNameMapper: {
    '\\.svg$': '<rootDir>/test/unit/svg.cjs',
    '\\.css$': '<rootDir>/test/unit/svg.cjs'
  }
};
