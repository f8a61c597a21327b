import { launch, PHONE, DESKTOP } from './chromium';
import { serveSite } from './site-server';
import { test } from 'vitest';
test('shots', async () => {
  const server = await serveSite(async () => new Response('{}'));
  const browser = await launch();
  for (const [name, viewport] of [['phone', PHONE], ['desktop', DESKTOP]] as const) for (const theme of ['light','dark'] as const) for (const lang of (theme === 'light' ? ['kk','ru'] : ['ru'])) {
    const page = await (await browser.newContext({ viewport, colorScheme: theme })).newPage();
    page.on('console', (m) => console.log(m.text())); page.on('pageerror', (e) => console.log(String(e)));
    await page.goto(`${server.base}/${lang}`); await page.waitForSelector('[data-awake]');
    await page.screenshot({ path: `/tmp/shots/${lang}-home-${name}-${theme}.png`, fullPage: true });
    await page.fill('#identifier', '000101100016'); await page.keyboard.press('Enter');
    await page.waitForSelector('.answer');
    await page.screenshot({ path: `/tmp/shots/${lang}-found-${name}-${theme}.png`, fullPage: true });
  }
  await browser.close(); await server.close();
}, 120000);
