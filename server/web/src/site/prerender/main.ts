import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { argv, env } from 'node:process';
import type { Assets } from './Head';
import { builtAssets, type Manifest } from './manifest';
import { allPaths, notFound, pageAt } from './site';

/** Writes every page into the folder that Vite has filled with programs and style sheets. Run by `npm run build`. */
async function main(dist: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(dist, '.vite/manifest.json'), 'utf8')) as Manifest;
  const early = await hashed(dist, 'src/site/early.js', 'early', 'js');
  const icon = await hashed(dist, 'src/site/icon.svg', 'icon', 'svg');
  const assets: Assets = { ...builtAssets(manifest), early, icon, origin: env['TEKSER_ORIGIN'] ?? '' };
  for (const path of allPaths()) await write(join(dist, path, 'index.html'), pageAt(path, assets) ?? '');
  await write(join(dist, '404.html'), notFound(assets));
  await copyFile('../PROTOCOL.md', join(dist, 'protocol.txt'));
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
