/**
 * Runs Azurite's own entry point in a process that ends with its parent, however the parent ends:
 * the channel to it closes even if it was killed.
 */
import { createRequire } from 'node:module';

process.once('disconnect', () => process.exit(0));

createRequire(import.meta.url)('azurite/dist/src/blob/main.js');
