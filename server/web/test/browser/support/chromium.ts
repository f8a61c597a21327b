import { type Browser, chromium } from 'playwright-core';

/** Debian's Chromium, asking nothing of the network but what the page asks. */
export function launch(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath: process.env['TEKSER_CHROMIUM'] ?? '/usr/bin/chromium', headless: true, args });
}

export const PHONE = { width: 360, height: 640 };
export const DESKTOP = { width: 1280, height: 800 };
