/** @jest-environment jsdom */
import { webcrypto } from 'node:crypto';
import { MsalPopup } from '../../../src/providers/msal-popup';
import { POPUP } from '../auth/requests';
import { account } from './fake-msal';

it('leaves nothing of an account whose id has capital letters, such as AD FS has', async () => {
  Object.defineProperty(window, 'crypto', { value: webcrypto, configurable: true });
  const { clientId } = POPUP;
  const { tenantId: realm, ...person } = account('AbC');
  const { environment } = person;
  const accountKey = `msal.3|abc|${environment}|${realm}`;
  const tokenKey = `msal.3|abc|${environment}|refreshtoken|${clientId}|||`;
  const tenantProfiles = [{ tenantId: realm, localAccountId: 'AbC', isHomeTenant: true }];
  const token = { homeAccountId: 'AbC', environment, clientId, credentialType: 'RefreshToken' };
  const entries = {
    'msal.3.account.keys': [accountKey],
    [accountKey]: { ...person, realm, authorityType: 'ADFS', tenantProfiles },
    [`msal.3.token.keys.${clientId}`]: { idToken: [], accessToken: [], refreshToken: [tokenKey] },
    [tokenKey]: { ...token, secret: 'SECRET' }
  };
  for (const [key, value] of Object.entries(entries)) {
    sessionStorage.setItem(key, JSON.stringify(value));
  }
  await (await MsalPopup.create(POPUP)).clear();
  expect(Object.keys(sessionStorage)).toEqual(['msal.version']);
});
