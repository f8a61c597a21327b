// Draws what phones and messengers show of the site into `public/`: `npm run pictures`, after a change of the logo or of the
// home page's heading.
import { readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import { runnerImport } from 'vite';

const icon = await readFile('src/site/icon.svg', 'utf8');
const mesh = Buffer.from(await readFile('src/site/styles/mesh.svg')).toString('base64');

/** Platforms round the corners and may cut a tenth off each side, so the drawing keeps away from them. */
function iconPage(size) {
  return `<body style="margin:0;width:${size}px;height:${size}px;display:grid;place-items:center;background:#f1f5f3"><div style="width:72%">${icon}</div>`;
}

function cardPage(language, heading) {
  return `<html lang="${language}"><style>
    body { margin: 0; width: 1200px; height: 630px; position: relative; background: #0c4742; color: #f4fbf8; font-family: system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif; overflow: hidden; }
    .mesh { position: absolute; inset: 0; background: #63b3a3; opacity: .22; mask: url(data:image/svg+xml;base64,${mesh}) 0 0 / 300px 150px; }
    .words { position: absolute; inset: 80px 90px; display: flex; flex-direction: column; justify-content: space-between; }
    .brand { display: flex; align-items: center; gap: 28px; font-size: 52px; font-weight: 750; }
    .brand svg { width: 96px; }
    h1 { margin: 0; font-size: 84px; line-height: 1.1; letter-spacing: -.02em; text-wrap: balance; }
    .line { width: 180px; height: 14px; background: #ffd54a; }
  </style><div class="mesh"></div><div class="words"><div class="brand">${icon.replace('#0d4f4a', '#f4fbf8').replace('#ffd84d', '#0c4742')}Tekser</div><h1>${heading}</h1><div class="line"></div></div>`;
}

const browser = await chromium.launch({ executablePath: process.env['TEKSER_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
async function draw(name, width, height, html) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(html);
  await page.screenshot({ path: `public/${name}.png` });
  await page.close();
}

for (const [name, size] of [['touch-icon', 180], ['icon-192', 192], ['icon-512', 512]]) await draw(name, size, size, iconPage(size));
const { module: languages } = await runnerImport('./src/site/languages.ts');
for (const language of languages.LANGUAGES) {
  const { module } = await runnerImport(`./src/site/texts/${language}/check.ts`);
  await draw(`card-${language}`, 1200, 630, cardPage(language, module.check.heading));
}
await browser.close();
