import { existsSync } from 'node:fs';
import { mustRun } from '../setup/command.mjs';
import { step } from '../setup/progress.mjs';
import { findChromium } from './chromium.mjs';

/** Downloads Playwright's browser where no other is found. */
export async function ensureChromium() {
  if (findChromium() !== undefined) {
    return;
  }
  const { chromium } = await import('@playwright/test');
  if (!existsSync(chromium.executablePath())) {
    const args = ['node_modules/@playwright/test/cli.js', 'install', 'chromium'];
    await step('Downloading Chromium', () =>
      mustRun('playwright install chromium', process.execPath, args)
    );
  }
}
