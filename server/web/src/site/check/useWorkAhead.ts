import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Stage, Tickets } from '../../protocol';
import { trusted } from '../trust';
import { loadProtocol } from './loadProtocol';

/** Work for the server, done while the person types. */
export interface WorkAhead {
  /** Begins, unless it has been begun already. Neither when nor whether reveals anything about what is typed. */
  begin(): void;
  /** What has been done or is being done, for one look-up; `onStage` receives how far it is, `signal` ends it. */
  take(onStage: (stage: Stage) => void, signal: AbortSignal): Promise<Tickets> | undefined;
  /** Stops and forgets. */
  drop(): void;
  /** Whether several institutions answer together, as far as the last preparation has shown. */
  readonly isPrivate: boolean;
}

interface Preparation {
  readonly control: AbortController;
  readonly tickets: Promise<Tickets>;
  onStage: (stage: Stage) => void;
}

function preparation(): Preparation {
  const control = new AbortController();
  const tickets = loadProtocol().then(({ prepareWork }) =>
    prepareWork({ signal: control.signal, trust: trusted(), onStage: (stage) => begun.onStage(stage) }),
  );
  // A look-up does without; nobody else needs to know.
  tickets.catch(() => undefined);
  const begun: Preparation = { control, tickets, onStage: () => undefined };
  return begun;
}

/** The work of a visit; it ends when the page is left. */
export function useWorkAhead(): WorkAhead {
  const current = useRef<Preparation | undefined>(undefined);
  const [isPrivate, setPrivate] = useState(false);

  const begin = useCallback(() => {
    if (current.current) return;
    current.current = preparation();
    void current.current.tickets.then((tickets) => setPrivate(tickets.isPrivate), () => undefined);
  }, []);

  const drop = useCallback(() => {
    current.current?.control.abort();
    current.current = undefined;
  }, []);

  const take = useCallback((onStage: (stage: Stage) => void, signal: AbortSignal) => {
    const taken = current.current;
    current.current = undefined;
    if (!taken) return undefined;
    taken.onStage = onStage;
    signal.addEventListener('abort', () => taken.control.abort(), { once: true });
    return taken.tickets;
  }, []);

  useEffect(() => {
    addEventListener('pagehide', drop);
    return () => removeEventListener('pagehide', drop);
  }, [drop]);

  return { begin, take, drop, isPrivate };
}
