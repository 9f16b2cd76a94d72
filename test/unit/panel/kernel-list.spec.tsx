/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { createRoot } from 'react-dom/client';
import { KernelList } from '../../../src/panel/kernel-list';
import type { IKernelGrant } from '../../../src/tokens';
import { MANAGEMENT, NOW, aGrant } from './fixtures';

const MINUTE = 60_000;

function texts(grants: readonly IKernelGrant[]): (string | null)[] {
  const host = document.createElement('div');
  const root = createRoot(host);
  const trans = nullTranslator.load('');
  act(() => root.render(<KernelList grants={grants} renews={true} now={NOW} trans={trans} />));
  const found = [...host.querySelectorAll('.jp-AzurePanel-kernel')].map(item =>
    [item.querySelector('div > div')!, ...item.querySelectorAll('li')].map(node => node.textContent)
  );
  act(() => root.unmount());
  return found.flat();
}

describe('KernelList', () => {
  it('groups by kernel, even where names are the same', () => {
    const other = { kernelId: 'k2', scopes: MANAGEMENT, grantedAt: NOW - 4 * MINUTE };
    expect(texts([aGrant(), aGrant(other), aGrant({ scopes: MANAGEMENT })])).toEqual([
      'analysis.ipynb',
      'Storage · just now · renews in 55 min',
      'Resource Manager · just now · renews in 55 min',
      'analysis.ipynb',
      'Resource Manager · 4 min ago · renews in 55 min'
    ]);
  });

  it('shows only the newest token for a resource', () => {
    const old = aGrant({ grantedAt: NOW - 50 * MINUTE, expiresAt: NOW + MINUTE });
    expect(texts([aGrant(), old])).toEqual([
      'analysis.ipynb',
      'Storage · just now · renews in 55 min'
    ]);
  });
});
