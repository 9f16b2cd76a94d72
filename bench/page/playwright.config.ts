import e2e from '../../test/e2e/playwright.config';

/** The browser of the tests, one page at a time. */
export default {
  ...e2e,
  projects: [{ name: 'bench', testMatch: '*.bench.ts' }],
  outputDir: '../../test-results/bench-page',
  workers: 1,
  timeout: 180_000,
  reporter: 'line'
};
