import { useCallback, useEffect, useState } from 'preact/hooks';
import { loadProtocol } from '../check/loadProtocol';
import { trusted } from '../trust';
import type { Catalogue, WarningList } from '../../protocol';
import { isLeak, isWarningList } from '../../protocol/lists';
import { usePlace } from './keepPlace';
import { codeOf } from '../check/codeOf';
import type { FailureCode } from '../check/visit';

export type Loaded = { state: 'loading' } | { state: 'failed'; code: FailureCode } | { state: 'here'; catalogue: Catalogue; lists: readonly WarningList[] };

/** The leaks of the current catalogue, the lists of warnings apart, and a way to ask for them again. */
export function useCatalogue(): [Loaded, () => void] {
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' });
  const load = useCallback(() => {
    setLoaded({ state: 'loading' });
    loadProtocol()
      .then((protocol) => protocol.catalogue({ trust: trusted() }))
      .then((whole) => setLoaded(parted(whole)))
      .catch((error: unknown) => setLoaded({ state: 'failed', code: codeOf(error) }));
  }, []);
  useEffect(load, [load]);
  usePlace(loaded.state === 'here');
  return [loaded, load];
}

function parted(whole: Catalogue): Loaded {
  return { state: 'here', catalogue: { ...whole, breaches: whole.breaches.filter(isLeak) }, lists: whole.breaches.filter(isWarningList) };
}
