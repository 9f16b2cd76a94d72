/** @jest-environment jsdom */
import React, { act, Suspense } from 'react';
import { lazyComponent } from '../../../src/panel/lazy-component';
import { type Place, withPlace } from './render';

let place: Place;
withPlace((_, fresh) => (place = fresh));

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const pass = (milliseconds: number): Promise<void> =>
  act(async () => void (await jest.advanceTimersByTimeAsync(milliseconds)));

it('loads what is shown once the server answers, and not before it is shown', async () => {
  const load = jest.fn(async () => () => <>loaded</>);
  load.mockRejectedValueOnce(new Error('server')).mockRejectedValueOnce(new Error('server'));
  const Part = lazyComponent(load);
  expect(load).not.toHaveBeenCalled();
  place.show(
    <Suspense fallback="not yet">
      <Part />
    </Suspense>
  );
  await pass(9_999);
  expect(place.text).toBe('not yet');
  await pass(1);
  expect(place.text).toBe('loaded');
  await pass(60_000);
  expect(load).toHaveBeenCalledTimes(3);
});
