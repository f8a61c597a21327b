/** What a browser's push service would answer, and clocks that can be set: headless browsers have neither. */
import type { Page } from 'playwright-core';

/** A subscription as browsers make it; the endpoint is a push service's secret name for the browser. */
export const ENDPOINT = 'https://push.example.org/a-name-of-this-browser';
export const KEYS = { p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4', auth: 'BTBZMqHH6r4Tts7J_aSIgg' };

/** An endpoint and the keys of its browser. */
export type Subscribing = [string, typeof KEYS];

/** Runs in a page or worker: headless browsers have no push service, so what they would answer is made up. */
export function withSubscription([endpoint, keys]: Subscribing): void {
  const state = globalThis as unknown as { subscribed?: boolean };
  const subscription = {
    endpoint, options: { applicationServerKey: null }, toJSON: () => ({ endpoint, expirationTime: null, keys }), unsubscribe: async () => ((state.subscribed = false), true),
  } as unknown as PushSubscription;
  PushManager.prototype.subscribe = async () => ((state.subscribed = true), subscription);
  PushManager.prototype.getSubscription = async () => (state.subscribed ? subscription : null);
}

/** Sets the clocks of page and worker forward. */
export async function later(page: Page, milliseconds: number): Promise<void> {
  const shift = (by: number): void => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + by;
  };
  await page.evaluate(shift, milliseconds);
  for (const running of page.context().serviceWorkers()) await running.evaluate(shift, milliseconds);
}
