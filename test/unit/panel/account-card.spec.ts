import { initials } from '../../../src/panel/account-card';
import { ALICE } from './fixtures';

describe('initials', () => {
  it.each([
    ['Alice', 'AL'],
    ['Ada Lovelace', 'AL'],
    ['grace brewster murray hopper', 'GH'],
    ['ada.lovelace@contoso.com', 'AL'],
    ['Émile Zola (Guest)', 'ÉG'],
    ['李小龍', '李小'],
    ['𝒜da', '𝒜D'],
    ['', '?'],
    ['@', '?']
  ])('of %s are %s', (name, letters) => {
    expect(initials({ ...ALICE.account, name })).toBe(letters);
  });
});
