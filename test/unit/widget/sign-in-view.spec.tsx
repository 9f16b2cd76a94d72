/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { SignInView } from '../../../src/widget/sign-in-view';
import { ALICE, aMethod, FakeKernels, FakeAuth } from '../panel/fixtures';

const CODE = { userCode: 'ABCD-EFGH', verificationUri: 'https://microsoft.com/devicelogin' };

let auth: FakeAuth;
let place: HTMLElement;
let root: Root;
const showPanel = jest.fn();
const kernels = new FakeKernels();
const trans = nullTranslator.load('');

beforeEach(() => {
  showPanel.mockClear();
  auth = new FakeAuth();
  place = document.createElement('div');
  root = createRoot(place);
  act(() => root.render(<SignInView {...{ auth, kernels, trans, showPanel }} />));
});

afterEach(() => act(() => root.unmount()));

const buttons = (): HTMLButtonElement[] => [...place.querySelectorAll('button')];
const labels = (): (string | null)[] => buttons().map(button => button.textContent);

it('says and offers what the panel does', () => {
  expect(labels()).toEqual(['Sign in']);
  buttons()[0]!.click();
  expect(auth.signIn).toHaveBeenCalledTimes(1);
  auth.setState(ALICE);
  expect(labels()).toEqual(['Sign out']);
  buttons()[0]!.click();
  expect(auth.signOut).toHaveBeenCalledTimes(1);
});

it('has a name that no other card in the page has', () => {
  const show = (cards: number): void =>
    act(() =>
      root.render(
        <>
          {Array.from({ length: cards }, (_, key) => (
            <SignInView key={key} {...{ auth, kernels, trans, showPanel }} />
          ))}
        </>
      )
    );
  const names = (): (string | null)[] =>
    [...place.querySelectorAll('section')].map(card => card.getAttribute('aria-label'));
  const name = 'Azure sign-in for this notebook';
  show(2);
  expect(names()).toEqual([name, `${name} (2)`]);
  show(1);
  show(3);
  expect(names()).toEqual([name, `${name} (2)`, `${name} (3)`]);
});

it('leaves a sign-in by a code to the panel', () => {
  auth.methods = [aMethod({ name: 'device-code' })];
  auth.setState({ kind: 'signed-out' });
  buttons()[0]!.click();
  expect(auth.signIn).not.toHaveBeenCalled();
  expect(showPanel).toHaveBeenCalledTimes(1);
});

it('leaves it to the panel to replace a machine by a sign-in with a code', () => {
  auth.methods = [aMethod({ name: 'device-code' })];
  auth.setState({ ...ALICE, source: 'managed-identity', ambient: true, persistedIn: 'memory' });
  expect(labels()).toEqual(['Sign in as someone else']);
  buttons()[0]!.click();
  expect(auth.signIn).not.toHaveBeenCalled();
  expect(showPanel).toHaveBeenCalledTimes(1);
});

it.each([null, { ...CODE, expiresAt: Date.now() + 900_000 }])('shows no code, such as %j', code => {
  auth.setState({ kind: 'signing-in', method: 'device-code', deviceCode: code });
  expect(place.textContent).not.toContain('ABCD');
  expect(place.innerHTML).not.toContain('devicelogin');
  expect(labels()).toEqual(['Show the Azure panel']);
  buttons()[0]!.click();
  expect(showPanel).toHaveBeenCalledTimes(1);
});
