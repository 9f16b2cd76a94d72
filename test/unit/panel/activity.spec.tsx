/** @jest-environment jsdom */
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import React, { act } from 'react';
import { Activity, mergeActivity } from '../../../src/panel/activity';
import type { IActivity } from '../../../src/server-api/activity';
import { NOW, aGrant } from './fixtures';
import { Place } from './render';

const SETTINGS = { baseUrl: 'http://localhost:8888/' } as ServerConnection.ISettings;
const ISSUED = {
  ...{ id: 'a', time: NOW / 1000, process: 'kernel', kernel_id: 'k1', name: null },
  ...{ resource: 'https://storage.azure.com', result: 'issued', account_id: 'o.t' },
  ...{ username: 'alice@contoso.com', source: 'popup', uti: 'uti-1', reported_by: 'server' }
};
const REFUSED = { ...ISSUED, id: 'b', process: 'program', kernel_id: null, result: 'denied' };

let place: Place;
let saved: Blob[];

beforeEach(() => {
  place = new Place();
  saved = [];
  URL.createObjectURL = (blob: Blob) => String(saved.push(blob));
  URL.revokeObjectURL = () => undefined;
  jest.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
});

afterEach(() => {
  place.close();
  jest.restoreAllMocks();
});

/** Open the list. */
async function open(activity: unknown): Promise<void> {
  const response = { status: 200, json: async () => ({ activity }) } as Response;
  jest.spyOn(ServerConnection, 'makeRequest').mockResolvedValue(response);
  const trans = nullTranslator.load('');
  place.show(<Activity settings={SETTINGS} grants={[aGrant()]} trans={trans} />);
  await act(async () => {
    place.host.querySelector('details')!.open = true;
    place.host.querySelector('details')!.dispatchEvent(new Event('toggle'));
  });
  await act(async () => undefined);
}

function lines(): string[] {
  return [...place.host.querySelectorAll('li')].map(({ textContent }) => textContent ?? '');
}

async function filter(text: string): Promise<void> {
  const input = place.host.querySelector('input')!;
  const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!;
  await act(async () => {
    setValue.call(input, text);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

it('lists which process got what, filters it, and exports the entries', async () => {
  await open([ISSUED, REFUSED, { id: 'c', process: 'new kind' }]);
  expect(lines()).toEqual([
    'analysis.ipynb09:41StorageGot a token as alice@contoso.com',
    'A program09:41StorageRefused: denied'
  ]);
  await filter('program');
  expect(lines()).toHaveLength(1);
  await place.press('Export as JSON');
  const text = await new Promise<string>(resolve => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.readAsText(saved[0]!);
  });
  const [entry, ...others] = JSON.parse(text) as IActivity[];
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ process: 'program', time: new Date(NOW).toISOString() });
  await filter('no such thing');
  expect(place.text).toContain('No entry contains this text.');
});

it('says that there is nothing yet, and shows the page’s own without a server', async () => {
  await open('broken');
  expect(place.text).toContain('No process has asked for a token yet.');
  const entry = (id: string, time: number): IActivity => ({ id, time }) as IActivity;
  expect(mergeActivity([entry('a', 1)], [entry('b', 2), entry('a', 1)])).toEqual([
    entry('b', 2),
    entry('a', 1)
  ]);
});
