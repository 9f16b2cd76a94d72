/** @jest-environment jsdom */
import { createStandardPublicClientApplication } from '@azure/msal-browser';
import { MsalPopup } from '../../../src/providers/msal-popup';
import { POPUP } from '../auth/requests';
import { account, FakeClient, RESULT } from './fake-msal';

jest.mock('@azure/msal-browser', () => ({
  ...jest.requireActual<object>('@azure/msal-browser'),
  createStandardPublicClientApplication: jest.fn()
}));

const EVENTS = { onPopupMaybeClosed: () => undefined, onDeviceCode: () => undefined };

it('uses its id as the user name, but not as a login hint', async () => {
  const client = new FakeClient();
  client.loginPopup.mockResolvedValue({
    ...RESULT,
    account: { ...account('n.t'), username: '', name: '' }
  });
  jest.mocked(createStandardPublicClientApplication).mockResolvedValue(client as never);
  const popup = await MsalPopup.create(POPUP);
  const { signal } = new AbortController();
  const made = await popup.signIn(null, null, signal, EVENTS);
  expect(made.account).toMatchObject({ id: 'n.t', username: 'n.t', name: 'n.t' });
  await popup.signIn(null, made.account, signal, EVENTS);
  const sent = client.loginPopup.mock.lastCall![0];
  expect(sent).toMatchObject({ prompt: 'select_account' });
  expect(sent).not.toHaveProperty('loginHint');
});
