/** The pages a person opens, in a real browser: they render, offline, and their own policy blocks nothing of them. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { type RunningGateway, startGateway } from '../support/gateway.ts';

let gateway: RunningGateway;
let browser: Browser;

beforeAll(async () => {
  gateway = await startGateway({ config: { backends: [{ type: 'echo', name: 'echo' }] } });
  browser = await startBrowser();
}, 600_000);

afterAll(async () => {
  await browser?.close();
  await gateway?.stop();
});

/** Opens a page and notes everything it complains of or asks of other hosts. */
async function open(path: string): Promise<{ page: Page; troubles: string[] }> {
  const page = await browser.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('request', (request) => {
    const isOurs = request.url().startsWith(gateway.baseUrl) || request.url().startsWith('data:');
    if (!isOurs) troubles.push(`asked ${request.url()}`);
  });
  await page.goto(gateway.baseUrl + path, { waitUntil: 'networkidle' });
  return { page, troubles };
}

it('shows the docs page, and sends a browser there from the root', async () => {
  const { page, troubles } = await open('/');
  expect(new URL(page.url()).pathname).toBe('/docs');
  expect(await page.getByText('/v1/chat/completions').count()).toBeGreaterThan(0);
  expect(troubles).toEqual([]);
});

it('shows the interactive reference with every endpoint', async () => {
  const { page, troubles } = await open('/reference');
  await page.waitForSelector('.opblock', { timeout: 10_000 });
  expect(await page.locator('.opblock').count()).toBeGreaterThan(10);
  expect(await page.getByText('/v1/chat/completions').count()).toBeGreaterThan(0);
  expect(troubles).toEqual([]);
});
