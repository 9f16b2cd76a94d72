/** @jest-environment jsdom */
import * as exported from '../../src';
import { internalsOf, pageAuth, publicAuth, publicKernelTokens } from '../../src/public-api';
import { ALICE, FakeAuth, FakeKernels, aGrant, aRequest } from './panel/fixtures';

// What they import is not written for Node, and the plugins are not activated here.
jest.mock('@jupyterlab/console', () => ({}));
jest.mock('@jupyterlab/notebook', () => ({}));

const auth = new FakeAuth();
const kernels = new FakeKernels();

/** What a caller can reach of an object, which has no class behind it. */
function members(shown: object): string[] {
  expect(Object.getPrototypeOf(shown)).toBe(Object.prototype);
  return Reflect.ownKeys(shown).map(String).sort();
}

describe('what other extensions get', () => {
  it('has the members of IAzureAuth, and acts on the sign-in of the page', async () => {
    const azure = publicAuth(auth);
    expect(members(azure)).toEqual(['getToken', 'signIn', 'signOut', 'state', 'stateChanged']);
    const heard: unknown[] = [];
    azure.stateChanged.connect((sender, state) => heard.push(sender, state));
    auth.setState(ALICE);
    expect(azure.state).toBe(ALICE);
    expect(heard).toEqual([azure, ALICE]);
    expect(heard[0]).toBe(azure);
    await azure.signIn({ scopes: ['s'] });
    await azure.getToken('s', { tenantId: 't' });
    await azure.signOut();
    expect(auth.signIn).toHaveBeenCalledWith({ scopes: ['s'] });
    expect(auth.getToken).toHaveBeenCalledWith('s', { tenantId: 't' });
    expect(auth.signOut).toHaveBeenCalled();
  });

  it('lists the tokens of kernels, and cannot answer their requests', () => {
    const shown = publicKernelTokens(kernels);
    expect(members(shown)).toEqual(['changed', 'grants']);
    const senders: unknown[] = [];
    shown.changed.connect(sender => senders.push(sender));
    kernels.setState({ waiting: [aRequest()], grants: [aGrant()] });
    expect(shown.grants).toEqual([aGrant()]);
    expect(senders).toHaveLength(1);
    expect(senders[0]).toBe(shown);
  });

  it('leads to nothing else for this package alone', () => {
    expect(pageAuth(publicAuth(auth))).toBe(auth);
    const internals = internalsOf(publicAuth(auth), publicKernelTokens(kernels), null);
    expect(internals.auth).toBe(auth);
    expect(internals.kernels).toBe(kernels);
    expect(Object.keys(exported).sort()).toEqual([
      'IAzureAuth',
      'IAzureKernelTokens',
      'default',
      'isAzureAuthError'
    ]);
    const provided = exported.default.flatMap(({ provides }) => provides?.name ?? []);
    expect(provided).toEqual([
      'jupyter-azure-auth:IAzureAuth',
      'jupyter-azure-auth:IAzureKernelTokens'
    ]);
  });
});
