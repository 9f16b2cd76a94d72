import { refreshLead } from '../../../src/auth/token-lifetime';
// `test/kernel/test_lifetime.py` reads the same cases.
import cases from '../../cases/lifetimes.json';

it.each(cases)('a token of $lifetime s is due $lead s before its expiry', row => {
  const refreshIn = row.refresh_in === null ? null : row.refresh_in * 1000;
  expect(refreshLead(row.lifetime * 1000, refreshIn)).toBe(row.lead * 1000);
});
