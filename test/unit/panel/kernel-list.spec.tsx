/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import type { IPinnedAccount } from '../../../src/kernels/account-pins';
import { KernelList } from '../../../src/panel/kernel-list';
import type { IKernelGrant } from '../../../src/tokens';
import { BOB } from '../kernels/kernel-harness';
import { ALICE, MANAGEMENT, NOW, aGrant } from './fixtures';
import { Place } from './render';

const MINUTE = 60_000;
const trans = nullTranslator.load('');

let place: Place;
const [onRevoke, onRestore, onOpen, onPin] = [jest.fn(), jest.fn(), jest.fn(), jest.fn()];
let accounts: readonly IPinnedAccount[];

beforeEach(() => {
  place = new Place();
  accounts = [ALICE.account];
  jest.clearAllMocks();
});

afterEach(() => place.close());

function texts(
  grants: readonly IKernelGrant[],
  revoked: readonly { kernelId: string; label: string }[] = [],
  current: string | null = 'alice@contoso.com'
): string[] {
  place.show(
    <KernelList
      {...{ grants, revoked, renews: true, now: NOW, current, trans }}
      {...{ onRevoke, onRestore, onOpen, accounts, onPin }}
      pinnedAccountOf={id => (id === 'k2' ? BOB.account : null)}
    />
  );
  return [...place.host.querySelectorAll('.jp-AzurePanel-kernel')].flatMap(item => [
    item.querySelector('.jp-AzurePanel-kernelHead')!.firstChild!.textContent ?? '',
    ...[...item.querySelectorAll('li')].map(line => line.textContent ?? '')
  ]);
}

describe('KernelList', () => {
  it('groups by kernel, and tells two of one name by their folders', () => {
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

  it('tells the tokens of two accounts in one kernel apart', () => {
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
    const lines = texts([aGrant()], [], null);
    expect(lines).toEqual(['analysis.ipynb', 'Storage as alice just now, renews in 55 min']);
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
    expect(onOpen).toHaveBeenCalledWith('work/analysis.ipynb');
    expect(onRevoke).toHaveBeenCalledWith('k1');
    expect(onRestore).toHaveBeenCalledWith('k3');
    expect(place.text).not.toContain('No kernel has a token');
  });

  const choices = (): HTMLSelectElement[] => [...place.host.querySelectorAll('select')];

  it('lets the user choose the account of a kernel, if there are several', async () => {
    accounts = [ALICE.account, BOB.account];
    texts([aGrant(), aGrant({ kernelId: 'k2', label: 'b.ipynb', path: 'b.ipynb' })]);
    const [first, second] = choices();
    expect(first!.getAttribute('aria-label')).toBe('Account that analysis.ipynb always uses');
    expect([...first!.options].map(({ text }) => text)).toEqual([
      ...['the active account', 'alice', 'bob@contoso.com']
    ]);
    expect([first!.value, second!.value]).toEqual(['', 'b.t']);
    await choose(first!, 'b.t');
    expect(onPin).toHaveBeenLastCalledWith('k1', BOB.account);
    await choose(second!, '');
    expect(onPin).toHaveBeenLastCalledWith('k2', null);
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
