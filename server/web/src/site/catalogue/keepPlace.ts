import { useLayoutEffect } from 'preact/hooks';

/** How far down the page was when it was left, kept with its entry in the browser's history. */
interface Place {
  top: number;
}

/** How long the page must stand still before its place is kept, in milliseconds. */
const SETTLED = 150;

function placeIn(state: unknown): number | undefined {
  return typeof state === 'object' && state !== null && 'top' in state && typeof state.top === 'number' ? state.top : undefined;
}

/** Returns to where the page was left once its late content is there; the browser by itself finds the page too short. */
export function usePlace(isWhole: boolean): void {
  useLayoutEffect(() => {
    if (!isWhole) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = (): void => history.replaceState({ top: scrollY } satisfies Place, '');
    // A page that is being left can no longer change its entry.
    const later = (): void => (clearTimeout(timer), void (timer = setTimeout(keep, SETTLED)));
    addEventListener('scroll', later, { passive: true });
    return () => (clearTimeout(timer), removeEventListener('scroll', later));
  }, [isWhole]);
  useLayoutEffect(() => {
    const top = placeIn(history.state);
    if (isWhole && top !== undefined) scrollTo(0, top);
  }, [isWhole]);
}
