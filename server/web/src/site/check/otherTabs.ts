/** Makes other tabs of this site forget as well. Nothing else is sent. */
const NAME = 'tekser.clear';

/** Calls back when another tab clears everything; gives the way to do the same to the others. */
export function listenToTabs(onClear: () => void): { clearOthers(): void; close(): void } {
  if (typeof BroadcastChannel === 'undefined') return { clearOthers: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = onClear;
  return { clearOthers: () => channel.postMessage(null), close: () => channel.close() };
}
