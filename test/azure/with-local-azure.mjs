import { after, afterEach, before } from 'node:test';
import { startLocalAzure } from './local-azure.mjs';
import { control } from './scripted-sign-in.mjs';

/**
 * Start one local Azure for the tests of a file, with its first settings in each.
 *
 * @param {(azure: import('./local-azure.mjs').LocalAzure) => void} assign
 */
export function withLocalAzure(assign) {
  /** @type {import('./local-azure.mjs').LocalAzure} */
  let azure;
  before(async () => {
    azure = await startLocalAzure();
    assign(azure);
  });
  afterEach(() => control(azure, 'settings', { reset: true }));
  after(() => azure.stop());
}
