import { expect, type Page } from '@playwright/test';

/** Counts what a page should never do, from now on. */
export interface IWatch {
  /** Milliseconds of the slowest reaction to a key or click, until the user saw it. */
  slowest(): Promise<number>;
  /** Largest number of prompts visible at a time, as notifications or in the panel. */
  mostPrompts(): Promise<number>;
}

/** Watch how fast a page reacts and how often it asks. */
export async function watch(page: Page): Promise<IWatch> {
  const readings = await page.evaluateHandle(() => {
    const found = { slowest: 0, mostPrompts: 0 };
    new PerformanceObserver(list => {
      found.slowest = Math.max(found.slowest, ...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
    const shown = (selector: string): number =>
      [...document.querySelectorAll(selector)].filter(
        element =>
          // An element that fades out stays for a while, but cannot be clicked.
          !/-(exit|leave)/.test(element.className) &&
          element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
          /is waiting/.test(element.textContent ?? '')
      ).length;
    new MutationObserver(() => {
      // Counted separately: one fades out while the other takes its place.
      const prompts = [shown('.Toastify__toast'), shown('.jp-AzurePanel-notice')];
      found.mostPrompts = Math.max(found.mostPrompts, ...prompts);
    }).observe(document, { subtree: true, childList: true, characterData: true });
    return found;
  });
  return {
    slowest: async () => (await readings.jsonValue()).slowest,
    mostPrompts: async () => (await readings.jsonValue()).mostPrompts
  };
}

/** No text of a kernel has become an element or has run as a script. */
export async function expectNoMarkup(page: Page): Promise<void> {
  await expect(page.locator('img[src="x"]')).toHaveCount(0);
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
}
