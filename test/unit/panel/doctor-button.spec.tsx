/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { DoctorButton } from '../../../src/panel/doctor-button';
import { Place } from './render';

const SETTINGS = { baseUrl: 'http://localhost:8888/' } as ServerConnection.ISettings;
const OK = { check: 'authority', state: 'ok', code: 'authority_ok', text: 'Fine.', remedy: null };
const WRONG = { ...OK, check: 'clock', state: 'wrong', text: 'It is slow.', remedy: 'Set it.' };

let place: Place;
const close = jest.fn();

beforeEach(() => {
  place = new Place();
  close.mockClear();
  Object.assign(window, { isSecureContext: true, open: jest.fn(() => ({ close })) });
});

afterEach(() => {
  place.close();
  jest.restoreAllMocks();
});

function answer(status: number, body: object): void {
  jest
    .spyOn(ServerConnection, 'makeRequest')
    .mockResolvedValue({ status, json: async () => body } as Response);
}

async function check(): Promise<string> {
  place.show(<DoctorButton settings={SETTINGS} trans={nullTranslator.load('')} />);
  await place.press('Check the installation');
  await act(async () => undefined);
  return place.text;
}

it('shows what is wrong and what to do, and nothing else', async () => {
  answer(200, { ok: false, findings: [OK, WRONG] });
  const text = await check();
  expect(text).toContain('1 problem found.Wrong: clockIt is slow.Set it.');
  expect(text).not.toContain('Fine.');
  expect(close).toHaveBeenCalled();
});

it('says that nothing is wrong', async () => {
  answer(200, { ok: true, findings: [OK] });
  expect(await check()).toContain('The checks found no problems.Copy report');
});

it('names a browser that permits no windows, and nothing else', async () => {
  Object.assign(window, { open: () => null });
  answer(200, { ok: true, findings: [OK] });
  const text = await check();
  expect(text).toContain('1 problem found.Wrong: pop-up windowsThe browser blocks');
});

it('names plain http, and nothing else', async () => {
  Object.assign(window, { isSecureContext: false });
  answer(200, { ok: true, findings: [OK] });
  expect(await check()).toContain('1 problem found.Wrong: secure context');
});

it.each([
  [404, {}, '1 problem found.Wrong: serverThe server extension is missing'],
  [403, { code: 'foreign_origin' }, '1 problem found.Wrong: host headerA proxy changes'],
  [403, { code: 'forbidden' }, 'The checks found no problems.Note: server'],
  [502, {}, '1 problem found.Wrong: serverThe Jupyter server does not respond.']
])('says why the server has no findings: %i %j', async (status, body, shown) => {
  answer(status, body);
  expect(await check()).toContain(shown);
});
