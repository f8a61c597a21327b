import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { moment } from '../format/date';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import type { WatchTexts } from '../texts/watch-type';
import type { Outcome } from './check';
import { forgetWatched } from './forget';
import { useWatchTexts } from './load';
import { Notifications } from './Notifications';
import { canWatch } from './register';
import { PLACES, type Watched, type Watching, withOne } from './state';
import { readWatching, updateWatching } from './store';
import { checkHere } from './watched';
import { WatchedItem } from './WatchedItem';

/** What is kept, as far as it has been read. */
type Kept = { readonly is: 'loading' | 'nothing' | 'unreadable' } | { readonly is: 'here'; readonly state: Watching };

/** The page of what is watched: to see, rename and remove it, to check now, to be notified, and to clear everything. */
export function WatchPage(): VNode | null {
  const texts = useWatchTexts();
  const [kept, setKept] = useState<Kept>({ is: 'loading' });
  const [said, setSaid] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const read = (): Promise<void> => readWatching().then((state) => setKept(state ? { is: 'here', state } : { is: 'nothing' }), () => setKept({ is: 'unreadable' }));
  const change = (act: (state: Watching) => Watching, words = ''): void => void updateWatching(act).then(read, read).then(() => setSaid(words));
  const remove = (id: string, words: string): void => (change((before) => withOne(before, id, () => undefined), words), heading.current?.focus());
  const check = async (): Promise<Outcome> => {
    const outcome = await checkHere();
    await read();
    return outcome;
  };

  useEffect(() => {
    if (!canWatch()) return setKept({ is: 'nothing' });
    void read().then(check).catch(() => undefined);
    // What the worker or another tab changed is shown when the person comes back.
    addEventListener('focus', read);
    return () => removeEventListener('focus', read);
  }, []);

  if (!texts) return null;
  const clear = (): void => void forgetWatched().then(read, read).then(() => setSaid(texts.list.cleared));
  return (
    <div class="watched">
      <section aria-labelledby="watched-heading">
        <h2 id="watched-heading" ref={heading} tabIndex={-1}>{texts.list.heading}</h2>
        {kept.is === 'here' && kept.state.watched.length > 0 ? <List state={kept.state} texts={texts} onChange={change} onRemove={(id) => remove(id, texts.list.removed)} /> : <p>{wordsFor(kept, texts)}</p>}
        {kept.is === 'here' && <CheckNow state={kept.state} texts={texts} check={check} onSaid={setSaid} />}
        <p role="status">{said}</p>
      </section>
      {canWatch() && <Notifications state={kept.is === 'here' ? kept.state : undefined} texts={texts.push} onChange={read} />}
      {(kept.is === 'here' || kept.is === 'unreadable') && (
        <div class="clear">
          <button type="button" class="button button-clear" onClick={clear} aria-describedby="clear-note"><Icon name="clear-all" />{texts.list.clear}</button>
          <p class="quiet" id="clear-note">{texts.list.clearNote}</p>
        </div>
      )}
    </div>
  );
}

function wordsFor({ is }: Kept, { list, offer }: WatchTexts): string {
  if (!canWatch()) return offer.unable;
  if (is === 'loading') return list.loading;
  return is === 'unreadable' ? list.unreadable : list.empty;
}

interface ListProperties {
  state: Watching;
  texts: WatchTexts;
  onChange(act: (state: Watching) => Watching): void;
  onRemove(id: string): void;
}

function List({ state, texts: { list }, onChange, onRemove }: ListProperties): VNode {
  const taken = state.watched.reduce((sum, { elements }) => sum + elements.length, 0);
  const changeOne = (id: string, act: (one: Watched) => Watched): void => onChange((before) => withOne(before, id, act));
  return (
    <>
      <ul class="watched-list">
        {state.watched.map((one) => (
          <li key={one.id}>
            <WatchedItem
              one={one}
              state={state}
              texts={list}
              onSeen={() => changeOne(one.id, (before) => ({ ...before, news: [] }))}
              onRename={(name) => changeOne(one.id, (before) => ({ ...before, name }))}
              onRemove={() => onRemove(one.id)}
            />
          </li>
        ))}
      </ul>
      <p class="quiet">{fill(list.places, { n: String(taken), all: String(PLACES) })}</p>
    </>
  );
}

interface CheckProperties {
  state: Watching;
  texts: WatchTexts;
  check(): Promise<Outcome>;
  onSaid(words: string): void;
}

function CheckNow({ state, texts: { list }, check, onSaid }: CheckProperties): VNode | null {
  const { language, texts } = useSpeech();
  const [isBusy, setBusy] = useState(false);
  if (state.watched.length === 0) return null;
  const start = async (): Promise<void> => {
    setBusy(true);
    onSaid(list.checking);
    const outcome = await check().catch((): Outcome => ({ how: 'failed' }));
    onSaid(saidOf(outcome, list));
    setBusy(false);
  };
  return (
    <>
      {state.checkedAt > 0 && <p>{fill(list.checkedAt, { date: moment(language, new Date(state.checkedAt).toISOString()) })}</p>}
      {state.failed !== undefined && <p class="watched-stale">{list.failed} {texts.failure.texts[state.failed] ?? texts.failure.texts.unknown}</p>}
      <p><button type="button" class="button button-main" disabled={isBusy} onClick={() => void start()}><Icon name="search" />{list.now}</button></p>
    </>
  );
}

function saidOf(outcome: Outcome, list: WatchTexts['list']): string {
  if (outcome.how === 'checked') return outcome.found.length > 0 ? list.found : list.nothing;
  if (outcome.how === 'unchanged') return list.unchanged;
  return outcome.how === 'failed' ? list.failed : '';
}
