import type { AccountInfo, EventMessage } from '@azure/msal-browser';

export const account = (id: string): AccountInfo => ({
  homeAccountId: id,
  username: 'alice@contoso.com',
  name: 'Alice',
  tenantId: 'contoso-id',
  environment: 'login.microsoftonline.com',
  localAccountId: id
});
export const RESULT = {
  accessToken: 'TOKEN',
  tenantId: 'contoso-id',
  expiresOn: new Date(5000),
  account: account('o.t')
};

/** The part of MSAL.js that is used; records its calls. */
export class FakeClient {
  accounts: AccountInfo[] = [];
  readonly controller = { eventHandler: {} };
  emit: (event: Pick<EventMessage, 'payload'>) => void = () => undefined;
  readonly loginPopup = jest.fn<Promise<object>, [object]>(async () => RESULT);
  readonly acquireTokenSilent = jest.fn<Promise<object>, [object]>(async () => RESULT);
  readonly removeEventCallback = jest.fn();
  readonly getAllAccounts = (): AccountInfo[] => this.accounts;
  readonly getAccount = (wanted: { homeAccountId: string; tenantId?: string }) =>
    this.accounts.find(
      known =>
        known.homeAccountId === wanted.homeAccountId &&
        (wanted.tenantId === undefined || known.tenantId === wanted.tenantId)
    ) ?? null;
  readonly clearCache = jest.fn(async (request: { account: AccountInfo }) => {
    const { homeAccountId } = request.account;
    this.accounts = this.accounts.filter(known => known.homeAccountId !== homeAccountId);
  });

  addEventCallback(callback: FakeClient['emit']): string {
    this.emit = callback;
    return 'id';
  }
}
