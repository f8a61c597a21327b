import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Exchange } from '../../protocol';
import { useSpeech } from '../language';
import { pathOf } from '../paths';
import { Icon } from '../shell/Icon';

type List = typeof import('./ExchangeList');

/** The very bytes that were exchanged, in plain words for everybody and in full for experts. */
export function Exchanges({ exchanges }: { exchanges: readonly Exchange[] }): VNode {
  const { language, texts } = useSpeech();
  // Most people never open it; what it needs is loaded then.
  const [list, setList] = useState<List | 'failed' | undefined>();
  const open = (): void => void import('./ExchangeList').then(setList, () => setList('failed'));
  return (
    <details class="fold exchanges" onToggle={open}>
      <summary><Icon name="eye" />{texts.exchanges.summary}<Icon name="chevron" /></summary>
      <p>{texts.exchanges.lead} {texts.exchanges.never}</p>
      {list === 'failed' ? <p role="status">{texts.failure.texts.offline}</p> : list && <list.ExchangeList exchanges={exchanges} />}
      <p><a href={pathOf(language, 'experts')}>{texts.exchanges.protocol}</a></p>
    </details>
  );
}
