/** @jest-environment jsdom */
import { nullTranslator } from '@jupyterlab/translation';
import React from 'react';
import { CopyDetails } from '../../../src/panel/copy-details';
import type { IAzureProblem } from '../../../src/tokens';
import { Place } from './render';

const trans = nullTranslator.load('');
let place: Place;

beforeEach(() => {
  place = new Place();
});

afterEach(() => place.close());

const PROBLEM: IAzureProblem = {
  code: 'refused',
  detail: 'AADSTS53003',
  request: { scopes: ['https://vault.azure.net/.default'], claims: '{"secret": "CLAIM"}' },
  trace: {
    time: '2026-11-28T14:05:52Z',
    clientId: '04b07795-8ddb-461a-bbee-02f9e1bf7b46',
    tenantId: 'contoso.com',
    correlationId: '0f0e0d0c-1111-2222-3333-444455556666'
  }
};

async function copied(problem: IAzureProblem): Promise<string> {
  const writeText = jest.fn<Promise<void>, [string]>(async () => undefined);
  Object.assign(navigator, { clipboard: { writeText } });
  place.show(<CopyDetails problem={problem} trans={trans} />);
  await place.press('Copy details');
  expect(place.text).toBe('CopiedLearn more');
  return writeText.mock.calls[0]![0];
}

describe('CopyDetails', () => {
  it('copies one code, the time and ids, and no claims', async () => {
    expect(await copied(PROBLEM)).toBe(
      [
        'Code: AADSTS53003',
        'Time (UTC): 2026-11-28T14:05:52Z',
        'Correlation ID: 0f0e0d0c-1111-2222-3333-444455556666',
        'App ID: 04b07795-8ddb-461a-bbee-02f9e1bf7b46',
        'Tenant: contoso.com'
      ].join('\n')
    );
  });

  it('gives the time at which a problem without a trace was seen', async () => {
    const problem = { code: 'popup_blocked', detail: null, request: null } as const;
    expect(await copied(problem)).toMatch(
      /^Code: popup_blocked\nTime \(UTC\): 20[\d-]{8}T[\d:]{8}Z$/
    );
  });

  it.each<[Partial<IAzureProblem>, string]>([
    [{}, '#AADSTS53003'],
    [{ detail: 'AADSTS999999' }, '#refused'],
    [{ code: 'popup_blocked', detail: 'popup_window_error' }, '#popup_blocked']
  ])('leads to what the documentation says of %j', (change, hash) => {
    place.show(<CopyDetails problem={{ ...PROBLEM, ...change }} trans={trans} />);
    const { href, target, rel } = place.host.querySelector('a')!;
    expect(href).toMatch(new RegExp(`/jupyter-azure-auth/static/help.html${hash}$`));
    expect([target, rel]).toEqual(['_blank', 'noopener noreferrer']);
  });
});
