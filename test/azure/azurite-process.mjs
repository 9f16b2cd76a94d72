/**
 * Runs Azurite's own entry point in a process that ends with its parent, however that one ended:
 * the channel to the parent closes even when the parent was killed.
 */
import { createRequire } from 'node:module';

process.once('disconnect', () => process.exit(0));

createRequire(import.meta.url)('azurite/dist/src/blob/main.js');
