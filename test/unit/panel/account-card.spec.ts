/** @jest-environment jsdom */
import { initials } from '../../../src/panel/account-card';
import { recordTenantNames, tenantName } from '../../../src/panel/tenant-names';
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

describe('tenantName', () => {
  const CONTOSO = 'aaaaaaaa-0000-4000-8000-000000000001';
  const FABRIKAM = 'bbbbbbbb-0000-4000-8000-000000000002';
  const account = { ...ALICE.account, id: `o.${CONTOSO}`, username: 'alice@contoso.com' };
  const guest = { ...account, username: 'alice_contoso.com#EXT#@fabrikam.onmicrosoft.com' };

  it.each([
    ['the domain of a user in their own tenant', CONTOSO, account, 'contoso.com'],
    ['its id for a guest', FABRIKAM, account, FABRIKAM],
    ['its id for a user name of another tenant', CONTOSO, guest, CONTOSO],
    ['its id for a user name without a domain', CONTOSO, { ...account, username: 'x' }, CONTOSO]
  ])('is %s', (_, id, user, name) => {
    sessionStorage.clear();
    expect(tenantName(id, user)).toBe(name);
  });

  it('is the name from Resource Manager, even after a reload', () => {
    recordTenantNames([
      { id: FABRIKAM.toUpperCase(), name: 'Fabrikam' },
      { id: CONTOSO, name: '' }
    ]);
    expect(tenantName(FABRIKAM, account)).toBe('Fabrikam');
    expect(tenantName(CONTOSO, account)).toBe('contoso.com');
    sessionStorage.setItem('jupyter-azure-auth:tenant-names', 'x');
    expect(tenantName(FABRIKAM, account)).toBe(FABRIKAM);
  });
});
