/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { SignInControl } from '../../../src/widget/control';
import { ALICE, aWay, FakeKernels, FakeSession } from '../panel/fixtures';

const CODE = { userCode: 'ABCD-EFGH', verificationUri: 'https://microsoft.com/devicelogin' };

let session: FakeSession;
let place: HTMLElement;
let root: Root;
const showPanel = jest.fn();

beforeEach(() => {
  showPanel.mockClear();
  session = new FakeSession();
  place = document.createElement('div');
  root = createRoot(place);
  const kernels = new FakeKernels();
  const trans = nullTranslator.load('');
  act(() => root.render(<SignInControl {...{ session, kernels, trans, showPanel }} />));
});

afterEach(() => act(() => root.unmount()));

const buttons = (): HTMLButtonElement[] => [...place.querySelectorAll('button')];
const labels = (): (string | null)[] => buttons().map(button => button.textContent);

it('says and offers what the panel does', () => {
  expect(labels()).toEqual(['Sign in']);
  buttons()[0]!.click();
  expect(session.signIn).toHaveBeenCalledTimes(1);
  session.become(ALICE);
  expect(labels()).toEqual(['Sign out']);
  buttons()[0]!.click();
  expect(session.signOut).toHaveBeenCalledTimes(1);
});

it('leaves a sign-in by a code to the panel', () => {
  session.ways = [aWay({ name: 'device-code' })];
  session.become({ kind: 'signed-out' });
  buttons()[0]!.click();
  expect(session.signIn).not.toHaveBeenCalled();
  expect(showPanel).toHaveBeenCalledTimes(1);
});

it('leaves it to the panel, too, to take the place of a machine by a code', () => {
  session.ways = [aWay({ name: 'device-code' })];
  session.become({ ...ALICE, source: 'managed-identity', automatic: true, kept: 'memory' });
  expect(labels()).toEqual(['Sign in as someone else']);
  buttons()[0]!.click();
  expect(session.signIn).not.toHaveBeenCalled();
  expect(showPanel).toHaveBeenCalledTimes(1);
});

it.each([null, { ...CODE, expiresOn: Date.now() + 900_000 }])('shows no code, such as %j', code => {
  session.become({ kind: 'signing-in', way: 'device-code', deviceCode: code });
  expect(place.textContent).not.toContain('ABCD');
  expect(place.innerHTML).not.toContain('devicelogin');
  expect(labels()).toEqual(['Show the Azure panel']);
  buttons()[0]!.click();
  expect(showPanel).toHaveBeenCalledTimes(1);
});
