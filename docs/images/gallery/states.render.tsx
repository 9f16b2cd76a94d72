/** @jest-environment jsdom */
/** Writes every state of the panel and of the card; `render.mjs` takes the pictures. */
import { nullTranslator } from '@jupyterlab/translation';
import { writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { NOW } from '../../../test/unit/panel/fixtures';
import { Place } from '../../../test/unit/panel/render';
import { CASES, showCase } from '../../../test/unit/panel/states';

beforeEach(() => void jest.useFakeTimers({ now: NOW }));

it.each(CASES.map((shown, index) => [index, shown] as const))('%i', async (index, shown) => {
  const place = new Place();
  const html = { panel: '', card: '' };
  await showCase(shown, nullTranslator.load(''), place, where => {
    // HTML has no choice of its own, only that of its options.
    for (const option of place.host.querySelectorAll('option')) {
      option.toggleAttribute('selected', option.selected);
    }
    html[where] = place.host.innerHTML;
  });
  const number = String(index).padStart(2, '0');
  const { panel, card } = html;
  writeFileSync(
    `${env['GALLERY_FOLDER']}/state-${number}.json`,
    JSON.stringify({ title: shown.name, panel, card })
  );
  place.close();
});
