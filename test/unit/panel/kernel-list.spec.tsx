/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { KernelList } from '../../../src/panel/kernel-list';
import type { IAzureAccount, IKernelGrant } from '../../../src/tokens';
import { BOB } from '../kernels/kernel-harness';
import { ALICE, FakeKernels, MANAGEMENT, NOW, aGrant, type FakeAuth } from './fixtures';
import { type Place, withPlace } from './render';

const MINUTE = 60_000;
const trans = nullTranslator.load('');

let auth: FakeAuth;
let place: Place;
let kernels: FakeKernels;
const execute = jest.fn();

withPlace((newAuth, newPlace) => {
  auth = newAuth;
  place = newPlace;
  auth.state = ALICE;
  kernels = new FakeKernels();
  kernels.pinnedAccountOf.mockImplementation(id => (id === 'k2' ? BOB.account : null));
});

function texts(
  grants: readonly IKernelGrant[],
  revoked: readonly { kernelId: string; label: string }[] = []
): string[] {
  kernels.grants = grants;
  const commands = { execute };
  place.show(<KernelList {...{ auth, kernels, revoked, commands, now: NOW, trans }} />);
  return [...place.host.querySelectorAll('.jp-AzurePanel-kernel')].flatMap(item => [
    item.querySelector('.jp-AzurePanel-kernelHead')!.firstChild!.textContent ?? '',
    ...[...item.querySelectorAll('li')].map(line => line.textContent ?? '')
  ]);
}

describe('KernelList', () => {
  it('groups by kernel, and distinguishes two of one name by their folders', () => {
    const other = { kernelId: 'k2', scopes: MANAGEMENT, grantedAt: NOW - 4 * MINUTE };
    const grants = [
      aGrant(),
      aGrant({ ...other, path: 'home/analysis.ipynb' }),
      aGrant({ scopes: MANAGEMENT })
    ];
    expect(texts(grants)).toEqual([
      'work/analysis.ipynb',
      'Storage as alice just now, renews in 55 min',
      'Resource Manager as alice just now, renews in 55 min',
      'home/analysis.ipynb',
      'Resource Manager as alice 4 min ago, renews in 55 min'
    ]);
  });

  it('shows only the newest token for a resource', () => {
    const old = aGrant({ grantedAt: NOW - 50 * MINUTE, expiresAt: NOW + MINUTE });
    expect(texts([aGrant(), old])).toEqual([
      'analysis.ipynb',
      'Storage as alice just now, renews in 55 min'
    ]);
  });

  it('distinguishes the tokens of two accounts in one kernel', () => {
    const bobs = aGrant({ username: 'bob@fabrikam.com' });
    const ofOlderServer = aGrant({ kernelId: 'k2', label: 'b.ipynb', scopes: MANAGEMENT });
    const nameless = Object.fromEntries(
      Object.entries(ofOlderServer).filter(([key]) => key !== 'username')
    ) as never;
    expect(texts([aGrant(), bobs, nameless])).toEqual([
      'analysis.ipynb',
      'Storage as alice just now, renews in 55 min',
      'Storage as bob@fabrikam.com just now, renews in 55 min',
      'b.ipynb',
      'Resource Manager just now, renews in 55 min'
    ]);
  });

  it('names no domain while there is no current account', () => {
    auth.state = { kind: 'signed-out' };
    const lines = texts([aGrant()]);
    expect(lines).toEqual(['analysis.ipynb', 'Storage as alice just now, expires in 1 h']);
  });

  it('opens a notebook, and revokes and restores access', async () => {
    texts(
      [aGrant(), aGrant({ kernelId: 'k2', label: 'Console 1', path: 'console-1' })],
      [{ kernelId: 'k3', label: 'old.ipynb' }]
    );
    expect(place.labels).toEqual(['analysis.ipynb', 'Revoke', 'Revoke', 'Allow again']);
    await place.press('analysis.ipynb');
    await place.press('Revoke');
    await place.press('Allow again');
    expect(execute).toHaveBeenCalledWith('docmanager:open', { path: 'work/analysis.ipynb' });
    expect(kernels.revoke.mock.calls).toEqual([['k1']]);
    expect(kernels.restore.mock.calls).toEqual([['k3']]);
    expect(place.text).not.toContain('No kernel has a token');
  });

  const choices = (): HTMLSelectElement[] => [...place.host.querySelectorAll('select')];

  it('lets the user choose the account of a kernel, if there are several', async () => {
    auth.others = [BOB.account];
    texts([aGrant(), aGrant({ kernelId: 'k2', label: 'b.ipynb', path: 'b.ipynb' })]);
    const [first, second] = choices();
    expect(first!.getAttribute('aria-label')).toBe('Account that analysis.ipynb always uses');
    expect([...first!.options].map(({ text }) => text)).toEqual([
      ...['the active account', 'alice', 'bob@contoso.com']
    ]);
    expect([first!.value, second!.value]).toEqual(['', 'b.t']);
    await choose(first!, 'b.t');
    expect(kernels.pin).toHaveBeenLastCalledWith('k1', BOB.account);
    await choose(second!, '');
    expect(kernels.pin).toHaveBeenLastCalledWith('k2', null);
  });

  it('offers the accounts of the page as soon as another tab has changed them', () => {
    texts([aGrant()]);
    expect(choices()).toEqual([]);
    const change = (others: readonly IAzureAccount[]): void => {
      auth.others = others;
      act(() => auth.candidatesChanged.emit());
    };
    change([BOB.account]);
    const offered = [...choices()[0]!.options].map(({ value }) => value);
    expect(offered).toEqual(['', ALICE.account.id, BOB.account.id]);
    change([]);
    expect(choices()).toEqual([]);
  });

  it('still shows a chosen account that is no longer signed in', () => {
    texts([aGrant(), aGrant({ kernelId: 'k2', label: 'b.ipynb', path: 'b.ipynb' })]);
    expect(choices().map(({ value }) => value)).toEqual(['b.t']);
  });

  async function choose(select: HTMLSelectElement, value: string): Promise<void> {
    await act(async () => {
      select.value = value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
  }
});
