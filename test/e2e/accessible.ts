import type { Locator, Page } from '@playwright/test';
import axe from 'axe-core';
import { expect } from './fixtures';

/** Check parts of a page by axe-core, which knows the rules of WCAG and of good practice. */
export async function expectAccessible(page: Page, selector: string): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async include => {
    const { axe: inPage } = window as unknown as { axe: typeof import('axe-core') };
    const found = await inPage.run({ include: [include] });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(one => one.html).join()}`);
  }, selector);
  expect(violations).toEqual([]);
}

/** Check that the focus ring of a button is visible: outside of it, and unlike what it is on. */
export async function expectVisibleRing(button: Locator): Promise<void> {
  await expect(button).toBeFocused();
  const ring = await button.evaluate(node => {
    const { outlineStyle, outlineWidth, outlineOffset, outlineColor } = getComputedStyle(node);
    return { outlineStyle, outlineWidth, outlineOffset, outlineColor };
  });
  expect(ring).toMatchObject({ outlineStyle: 'solid', outlineWidth: '2px', outlineOffset: '2px' });
  const surface = await button.evaluate(
    node => getComputedStyle(node.closest('.jp-AzurePanel')!).backgroundColor
  );
  expect(ring.outlineColor).not.toBe(surface);
}
