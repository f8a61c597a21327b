/** The parts of a service worker's global scope that are used here: TypeScript's own list of it excludes that of pages. */
export interface WorkerScope {
  readonly registration: ServiceWorkerRegistration;
  readonly location: Location;
  readonly clients: {
    claim(): Promise<void>;
    matchAll(options: { type: 'window'; includeUncontrolled: boolean }): Promise<readonly WindowClient[]>;
    openWindow(url: string): Promise<unknown>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate' | 'push' | 'pushsubscriptionchange', listen: (event: LastingEvent) => void): void;
  addEventListener(type: 'sync' | 'periodicsync', listen: (event: LastingEvent & { readonly tag: string }) => void): void;
  addEventListener(type: 'fetch', listen: (event: LastingEvent & { readonly request: Request; respondWith(response: Promise<Response>): void }) => void): void;
  addEventListener(type: 'notificationclick', listen: (event: LastingEvent & { readonly notification: Notification }) => void): void;
}

export interface WindowClient {
  readonly url: string;
  focus(): Promise<unknown>;
  navigate(url: string): Promise<unknown>;
}

interface LastingEvent {
  waitUntil(work: Promise<unknown>): void;
}

export const worker = globalThis as unknown as WorkerScope;
