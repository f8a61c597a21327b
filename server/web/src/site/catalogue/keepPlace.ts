import { useLayoutEffect } from 'preact/hooks';

/** How far down the page was when it was left, kept with its entry in the browser's history. */
interface Place {
  top: number;
}

function placeIn(state: unknown): number | undefined {
  return typeof state === 'object' && state !== null && 'top' in state && typeof state.top === 'number' ? state.top : undefined;
}

/** Returns to where the page was left once its late content is there; the browser by itself finds the page too short. */
export function usePlace(isWhole: boolean): void {
  useLayoutEffect(() => {
    const keep = (): void => history.replaceState({ top: scrollY } satisfies Place, '');
    addEventListener('pagehide', keep);
    return () => removeEventListener('pagehide', keep);
  }, []);
  useLayoutEffect(() => {
    const top = placeIn(history.state);
    if (isWhole && top !== undefined) scrollTo(0, top);
  }, [isWhole]);
}
