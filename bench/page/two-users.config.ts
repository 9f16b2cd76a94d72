import e2e from '../../test/e2e/playwright.config';

/** Two users for ten minutes, or `MINUTES`; not part of `npm run bench`. */
export default {
  ...e2e,
  projects: [{ name: 'two users', testMatch: 'two-users.ts' }],
  outputDir: '../../test-results/two-users',
  workers: 1,
  timeout: 40 * 60_000,
  reporter: 'line'
};
