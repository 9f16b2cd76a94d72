import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';
import { findHeadlessShell } from '../chromium.mjs';
import { projectsByFixtures } from './spec-groups';

const chromium = findHeadlessShell();
const executable = chromium === undefined ? {} : { executablePath: chromium };

/** Real Chromium, real JupyterLab, real kernels; only Azure's cloud is local (`test/azure/`). */
export default defineConfig({
  testDir: '.',
  projects: projectsByFixtures(fileURLToPath(new URL('.', import.meta.url))),
  outputDir: '../../test-results/e2e',
  // For a machine with much else to do: nothing waits this long unless it fails.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  // Each worker has its own JupyterLab and local Azure. A third one left two cores no time to spare,
  // and was no faster.
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  reporter: [['list'], ['json', { outputFile: '../../test-results/e2e.json' }]],
  use: {
    browserName: 'chromium',
    // Playwright's ffmpeg is not available everywhere.
    video: 'off',
    trace: 'off',
    screenshot: 'only-on-failure',
    viewport: { width: 1280, height: 860 },
    launchOptions: {
      ...executable,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update'
      ]
    }
  }
});
