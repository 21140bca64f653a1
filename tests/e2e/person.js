// What a person sees and does, whatever the page's markup.

import { until } from './browser.js';

export const component = (page, id) => page.locator(`[data-component-id="${id}"]`);
export const row = (page, key) => page.locator(`[data-row-key="${key}"]`);
export const status = (page, key) => row(page, key).locator('[data-cell="status"]');
export const resolveButton = (page, key) => row(page, key).locator('[data-action="resolve_alert"]');
export const banner = (page) => page.locator('[data-banner]');
export const notice = (page) => page.locator('[data-notice=""]');
export const did = (page) => page.locator('[data-notice="did"]');
export const texts = (page, key) => row(page, key).locator('[data-cell]').allTextContents();

export const becomes = (locator, text) =>
  until(`"${text}"`, async () => (await locator.textContent())?.trim() === text);

export async function command(page, text) {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

export const cellsOf = (page) => page.locator('tbody [data-cell]').allTextContents();
