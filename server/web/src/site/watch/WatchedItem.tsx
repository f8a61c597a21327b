import type { VNode } from 'preact';
import { useCallback, useRef, useState } from 'preact/hooks';
import { fill, plural } from '../format/plural';
import { useSpeech } from '../language';
import type { WatchTexts } from '../texts/watch-type';
import { isStale, type Watched, type Watching } from './state';

/** The longest name that a person can give. */
const MAX_NAME = 40;

interface Properties {
  one: Watched;
  state: Watching;
  texts: WatchTexts['list'];
  onSeen(): void;
  onRename(name: string): void;
  onRemove(): void;
}

/** One value that is watched: what it is called, what is known of it, what is new. */
export function WatchedItem({ one, state, texts, onSeen, onRename, onRemove }: Properties): VNode {
  const { language, texts: { names } } = useSpeech();
  const [isNaming, setNaming] = useState(false);
  const wasNaming = useRef(false);
  const end = (): void => ((wasNaming.current = true), setNaming(false));
  /** The focus comes back from the field to the button that led there. */
  const comeBack = useCallback((button: HTMLButtonElement | null): void => {
    if (button && wasNaming.current) button.focus();
  }, []);
  const label = `${names.kinds[one.kind]} ${one.mask}`;
  const title = one.name === '' ? label : `${one.name}, ${label}`;
  return (
    <article aria-labelledby={`watched-${one.id}`}>
      <h3 id={`watched-${one.id}`}>{title}</h3>
      <p>{one.known.length > 0 ? plural(language, texts.leaks, one.known.length) : texts.none}</p>
      {isStale(one, state) && <p class="watched-stale">{texts.rekeyed}</p>}
      {one.news.length > 0 && (
        <div class="watched-news">
          <p><strong>{texts.news}</strong></p>
          <ul>{one.news.map(({ id, title: named }) => <li key={id}>{named[language]}</li>)}</ul>
          <p>{texts.newsHelp}</p>
          <button type="button" class="button" onClick={onSeen}>{texts.seen}<span class="visually-hidden">: {title}</span></button>
        </div>
      )}
      {isNaming ? (
        <Naming label={fill(texts.name, { what: label })} name={one.name} texts={texts} onKeep={(name) => (end(), onRename(name))} onCancel={end} />
      ) : (
        <p class="buttons">
          <button type="button" class="button" ref={comeBack} onClick={() => setNaming(true)}>{texts.rename}<span class="visually-hidden">: {title}</span></button>
          <button type="button" class="button" onClick={onRemove}>{texts.remove}<span class="visually-hidden">: {title}</span></button>
        </p>
      )}
    </article>
  );
}

interface NamingProperties {
  label: string;
  name: string;
  texts: WatchTexts['list'];
  onKeep(name: string): void;
  onCancel(): void;
}

/** Like the field of the check it has no name of its own, so that no browser keeps what is typed. */
function Naming({ label, name, texts, onKeep, onCancel }: NamingProperties): VNode {
  const [typed, setTyped] = useState(name);
  const focus = useCallback((field: HTMLInputElement | null): void => field?.focus(), []);
  return (
    <form method="dialog" autocomplete="off" onSubmit={(event) => (event.preventDefault(), onKeep(typed.trim()))}>
      <label>
        <span>{label}</span>
        <input ref={focus} type="text" value={typed} maxLength={MAX_NAME} autocomplete="off" spellcheck={false} data-1p-ignore="" data-lpignore="true" onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      <p class="buttons">
        <button type="submit" class="button button-main">{texts.keep}</button>
        <button type="button" class="button" onClick={onCancel}>{texts.cancel}</button>
      </p>
    </form>
  );
}
