/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { createRoot } from 'react-dom/client';
import { DeviceCode, spelled } from '../../../src/panel/device-code';
import type { IDeviceCode } from '../../../src/tokens';
import { NOW } from './fixtures';

const trans = nullTranslator.load('');
const CODE: IDeviceCode = {
  userCode: 'ABC123XYZ',
  verificationUri: 'https://microsoft.com/devicelogin',
  expiresAt: NOW + 900_000
};

let host: HTMLElement;
let unmount: () => void;
let open: jest.SpyInstance;

beforeEach(() => {
  jest.useFakeTimers({ now: NOW });
  open = jest.spyOn(window, 'open').mockReturnValue(null);
  host = document.body.appendChild(document.createElement('div'));
  const root = createRoot(host);
  act(() => root.render(<DeviceCode code={CODE} trans={trans} />));
  unmount = () => act(() => root.unmount());
});

afterEach(() => {
  unmount();
  host.remove();
  open.mockRestore();
  jest.useRealTimers();
});

const buttons = (): HTMLButtonElement[] => [...host.querySelectorAll('button')];

describe('DeviceCode', () => {
  it('shows the code, where to go, and how long there is', () => {
    expect(host.querySelector('code')!.textContent).toBe('ABC123XYZ');
    const labels = buttons().map(({ textContent }) => textContent);
    expect(labels).toEqual(['Copy', 'Copy and open microsoft.com']);
    const text = host.textContent ?? '';
    expect(text.indexOf('Use only codes')).toBeLessThan(text.indexOf('Copy and open'));
    expect(host.textContent).toContain('The code expires in 15 minutes.');
    expect(host.textContent).toContain('Use only codes from this panel.');
  });

  it('counts down by itself', () => {
    act(() => void jest.advanceTimersByTime(61_000));
    expect(host.textContent).toContain('The code expires in 13 minutes.');
  });

  it('copies the code and opens the page in one click, without a way back to this one', () => {
    const writeText = jest.fn(async () => Promise.reject(new Error('denied')));
    Object.assign(navigator, { clipboard: { writeText } });
    buttons()[1]!.click();
    expect(writeText.mock.calls).toEqual([['ABC123XYZ']]);
    expect(open.mock.calls).toEqual([[CODE.verificationUri, '_blank', 'noopener,noreferrer']]);
  });

  it('puts the code into no address', () => {
    expect(host.querySelector('a')).toBeNull();
    expect(host.innerHTML.split('ABC123XYZ')).toHaveLength(2);
  });
});

describe('spelled', () => {
  it('separates the characters, so that they are read one by one', () => {
    expect(spelled(CODE)).toBe('A B C 1 2 3 X Y Z');
  });
});
