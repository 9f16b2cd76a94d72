import type { Project } from '@playwright/test';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { findFirefox } from '../firefox.mjs';

/** The fixtures that specs share, the most used first. */
const SHARED_FIXTURES = ['fixtures', 'localhost-fixtures', 'ambient-fixtures'] as const;

/** Not run where there is no Firefox; `npm test` says so. */
const IN_FIREFOX = /^firefox\b/;

const IMPORT_OF_TEST = /^import \{[^}]*\btest\b[^}]*\} from '\.\/([\w-]+)';/m;

/**
 * Return a Playwright project for each kind of fixtures. A worker whose next spec has other
 * fixtures starts its browser, its JupyterLab and its local Azure again, so specs with the same
 * ones run after each other.
 *
 * @param folder - Of the specs.
 */
export function projectsByFixtures(folder: string): Project[] {
  const specs = readdirSync(folder).filter(
    name => name.endsWith('.spec.ts') && (findFirefox() !== undefined || !IN_FIREFOX.test(name))
  );
  const fixturesOf = (spec: string): string | undefined =>
    IMPORT_OF_TEST.exec(readFileSync(join(folder, spec), 'utf8'))?.[1];
  const unknown = specs.filter(spec => !SHARED_FIXTURES.some(name => name === fixturesOf(spec)));
  if (unknown.length > 0) {
    throw new Error(`${unknown.join(', ')}: import test from ${SHARED_FIXTURES.join(' or ')}.`);
  }
  return SHARED_FIXTURES.map(name => ({
    name: basename(name, '-fixtures'),
    testMatch: specs.filter(spec => fixturesOf(spec) === name)
  }));
}
