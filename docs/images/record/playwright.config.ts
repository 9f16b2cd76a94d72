import { defineConfig } from '@playwright/test';
import e2e from '../../../test/e2e/playwright.config';

/** `npm run picture`: the pictures of the README, on the stand of the end-to-end tests. */
export default defineConfig({
  ...e2e,
  testDir: '.',
  projects: [{ name: 'pictures' }],
  outputDir: '../../../test-results/pictures',
  workers: 1,
  reporter: 'list',
  use: { ...e2e.use, viewport: { width: 1040, height: 560 }, deviceScaleFactor: 2 }
});
