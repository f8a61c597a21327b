import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { LANGUAGES } from '../languages';
import type { Assets } from './Head';
import { OWNERS_PAGES } from '../pages/Owners';
import { builtAssets, type Manifest } from './manifest';
import { ownersTemplate } from './owners';
import { allPaths, leakTemplate, notFound, pageAt, robots, sitemap, webManifest } from './site';

/** Writes every page into the folder that Vite has filled with programs and style sheets. Run by `npm run build`. */
async function main(dist: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(dist, '.vite/manifest.json'), 'utf8')) as Manifest;
  const beforePaint = await hashed(dist, 'src/site/before-paint.js', 'paint', 'js');
  const icon = await hashed(dist, 'src/site/icon.svg', 'icon', 'svg');
  const assets: Assets = { ...builtAssets(manifest), beforePaint, icon };
  for (const path of allPaths()) await write(join(dist, path, 'index.html'), pageAt(path, assets) ?? '');
  for (const language of LANGUAGES) await write(join(dist, language, 'leak.html'), leakTemplate(language, assets));
  for (const language of LANGUAGES) {
    for (const page of OWNERS_PAGES) await write(join(dist, language, `owners-${page}.html`), ownersTemplate(language, page, assets));
  }
  await write(join(dist, '404.html'), notFound(assets));
  await write(join(dist, 'sitemap.xml'), sitemap());
  await write(join(dist, 'robots.txt'), robots());
  await write(join(dist, 'manifest.webmanifest'), webManifest(icon));
  await copyFile('../PROTOCOL.md', join(dist, 'protocol.txt'));
  await copyFile('../THREATS.md', join(dist, 'threats.txt'));
  await rm(join(dist, '.vite'), { recursive: true });
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Copies a file under a name that changes with its content, so that it may be cached for good. */
async function hashed(dist: string, source: string, name: string, extension: string): Promise<string> {
  const content = await readFile(source);
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 8);
  await writeFile(join(dist, `assets/${name}-${hash}.${extension}`), content);
  return `/assets/${name}-${hash}.${extension}`;
}

await main(argv[2] ?? 'dist');
