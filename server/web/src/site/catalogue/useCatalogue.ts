import { useCallback, useEffect, useState } from 'preact/hooks';
import { loadProtocol } from '../check/loadProtocol';
import { trusted } from '../trust';
import type { Catalogue } from '../../protocol';
import { usePlace } from './keepPlace';
import { codeOf } from '../check/codeOf';
import type { FailureCode } from '../check/visit';

export type Loaded = { state: 'loading' } | { state: 'failed'; code: FailureCode } | { state: 'here'; catalogue: Catalogue };

/** The current catalogue, and a way to ask for it again. */
export function useCatalogue(): [Loaded, () => void] {
  const [loaded, setLoaded] = useState<Loaded>({ state: 'loading' });
  const load = useCallback(() => {
    setLoaded({ state: 'loading' });
    loadProtocol()
      .then((protocol) => protocol.catalogue({ trust: trusted() }))
      .then((catalogue) => setLoaded({ state: 'here', catalogue }))
      .catch((error: unknown) => setLoaded({ state: 'failed', code: codeOf(error) }));
  }, []);
  useEffect(load, [load]);
  usePlace(loaded.state === 'here');
  return [loaded, load];
}
