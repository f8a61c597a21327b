/** The order and the pauses of several look-ups in a row (`server/THREATS.md`, Asking twice). */

/** Milliseconds between an answer and the next question. */
const SHORTEST = 1000;
const LONGEST = 4000;

/** The same things in a random order. */
export function shuffled<Thing>(things: readonly Thing[]): Thing[] {
  const keyed = things.map((thing) => ({ thing, key: random() }));
  return keyed.sort((a, b) => a.key - b.key).map(({ thing }) => thing);
}

/** Waits for a random time. Throws the reason of `signal`. */
export function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, SHORTEST + random() * (LONGEST - SHORTEST));
    signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason as Error)), { once: true });
  });
}

/** From 0 to 1. */
function random(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
}
