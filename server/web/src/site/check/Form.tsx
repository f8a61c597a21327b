import type { VNode } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { KINDS, type Kind, loadLateRules, type Reading } from '../../identifier';
import { HistoryList } from '../answer/HistoryList';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { Doubts } from './Doubts';
import { EntryList } from './EntryList';
import { FaultBox } from './FaultBox';
import { KindChoice } from './KindChoice';
import { Others } from './Others';
import { type Content, isSettled, MAX_LIST, settledEntries } from './reading';
import { type Field, useField } from './useField';
import { useOnline } from './useOnline';
import { Warned } from './Warned';
import type { Result } from './visit';

interface Properties {
  /** The text in the field. */
  typed: { current: string };
  note: string;
  results: readonly Result[];
  /** Whether several institutions answer together, as far as that is known. */
  isPrivate: boolean;
  /** The person has come to the field. While they type nothing starts: no request may depend on a key press. */
  onBegin(): void;
  onCheck(readings: readonly Reading[]): void;
  onShow(place: number): void;
  onClear(): void;
}

/**
 * The one field. It has no `name` and a `dialog` method, so that nothing is sent and nothing is kept by the browser even
 * where this program has not been loaded yet.
 */
export function Form({ typed, note, results, isPrivate, onBegin, onCheck, onShow, onClear }: Properties): VNode {
  const { texts } = useSpeech();
  const form = useRef<HTMLFormElement>(null);
  const field = useField(typed);
  const [naming, setNaming] = useState(false);
  /** What the person has chosen among the ways to read a value; the only value is at place 0. */
  const [choices, setChoices] = useState<Readonly<Record<number, Kind>>>({});
  const [refused, setRefused] = useState<Content | undefined>();
  /** Counts the times the person has pressed the button without success, so that the page leads to the question each time. */
  const [presses, setPresses] = useState(0);
  const online = useOnline();
  const { content } = field;

  const change = (act: () => void): void => {
    setRefused(undefined);
    setChoices({});
    act();
  };

  const refuse = (now: Content): void => {
    setRefused(now);
    setPresses((count) => count + 1);
  };

  const submit = (): void => {
    const now = field.look();
    const ready = readyFor(now, choices);
    if (ready) return onCheck(ready);
    if (now.state === 'late') return void loadLateRules().then(() => field.element.current && submit(), () => refuse(now));
    refuse(now);
  };

  useArrival(form, field, typed, note, results.length > 0, onBegin, submit);
  useKindButtons((kind) => change(() => (setNaming(true), field.name(kind), field.focus())));
  useQuestionInView(form, field, presses);

  const asking = field.paused || refused !== undefined;
  const doubtful = content.state === 'one' && content.identifier.doubts.length > 0 && asking ? content.identifier : undefined;
  const open = content.state === 'several' || content.state === 'list';
  const faulty = refused !== undefined && content === refused && !doubtful && !(open && readyFor(content, choices));

  return (
    <form ref={form} class="form" method="dialog" autocomplete="off" noValidate onSubmit={(event) => (event.preventDefault(), submit())}>
      <p class="form-note" role="status">{note}</p>
      <label class="form-label" for="identifier">{texts.check.label}</label>
      <div class="form-row">
        <input
          ref={field.element}
          id="identifier"
          class="form-field"
          type="text"
          inputMode="text"
          enterKeyHint="search"
          autocomplete="off"
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          maxLength={1024}
          data-1p-ignore=""
          data-lpignore="true"
          aria-describedby={`${faulty ? 'fault ' : ''}identifier-hint`}
          aria-invalid={faulty}
          onPointerDown={onBegin}
          onFocus={() => !field.isLeading() && onBegin()}
          onPaste={(event) => pasteLines(event, field)}
          onInput={() => change(field.look)}
        />
        <button class="button button-main" type="submit"><Icon name="search" />{texts.check.submit}</button>
      </div>
      <p class="form-waiting" role="status" data-text={texts.reading.loading} />
      <div>{faulty && !open && <FaultBox content={content} onInstead={(text) => change(() => (field.put(text), field.focus()))} />}</div>
      <p class="form-hint" id="identifier-hint" aria-live="polite">{content.state === 'one' && !faulty ? <Recognised reading={content.identifier} /> : texts.check.hint}</p>
      {doubtful && <Doubts reading={doubtful} onConfirm={() => onCheck([doubtful])} onInstead={(text) => change(() => (field.put(text), field.focus()))} />}
      {content.state === 'several' && asking && !naming && (
        <KindChoice legend={texts.check.ambiguous} readings={content.identifiers} chosen={choices[0]} onChoose={(kind) => setChoices({ 0: kind })} />
      )}
      {content.state === 'several' && asking && choices[0] && <ChosenDoubts readings={content.identifiers} chosen={choices[0]} />}
      {content.state === 'list' && asking && (
        <EntryList entries={content.entries} choices={choices} isPrivate={isPrivate} onChoose={(place, kind) => setChoices({ ...choices, [place]: kind })} />
      )}
      {/* After the choice, so that the options stay where they are when it goes. */}
      <div>{faulty && open && <FaultBox content={content} onInstead={() => undefined} />}</div>
      {naming && <KindChoice legend={texts.check.chooseLegend} chosen={field.named} onChoose={(kind) => change(() => field.name(kind))} />}
      <button class="button-link" type="button" aria-expanded={naming} onClick={() => change(() => (setNaming(!naming), field.name(undefined)))}>
        {naming ? texts.check.chooseBack : texts.check.chooseOpen}
      </button>
      <p class="promise"><Icon name="shield" />{texts.check.promise}</p>
      <Warned />
      <Others />
      {!online && <p class="notice" role="status"><Icon name="offline" />{texts.check.offline}</p>}
      {results.length > 0 && <HistoryList results={results} onShow={onShow} onClear={onClear} warn />}
    </form>
  );
}

/** The whole value as it was understood, before anything of it is sent. */
function Recognised({ reading: { kind, shown, doubts } }: { reading: Reading }): VNode {
  const { check, names } = useSpeech().texts;
  return <span class="recognised" data-doubtful={doubts.length > 0}><Icon name={doubts.length > 0 ? 'unverified' : 'tick'} /><span>{fill(check.recognised, { kind: names.kinds[kind], value: shown })}</span></span>;
}

function ChosenDoubts({ readings, chosen }: { readings: readonly Reading[]; chosen: Kind }): VNode {
  const { reading } = useSpeech().texts;
  const doubts = readings.find(({ kind }) => kind === chosen)?.doubts ?? [];
  return <>{doubts.map(({ why, part = '' }) => <p key={why} class="quiet">{fill(reading.doubts[why], { part })}</p>)}</>;
}

/** What can be looked up now: what is clear, or has been made clear by the person. */
function readyFor(content: Content, choices: Readonly<Record<number, Kind>>): readonly Reading[] | undefined {
  if (isSettled(content)) return [content.identifier];
  if (content.state === 'several') return some(content.identifiers.filter(({ kind }) => kind === choices[0]));
  if (content.state !== 'list' || content.entries.length > MAX_LIST) return undefined;
  const readings = settledEntries(content.entries, choices);
  return readings.every((reading) => reading !== undefined) ? distinct(readings) : undefined;
}

function some<Thing>(things: readonly Thing[]): readonly Thing[] | undefined {
  return things.length > 0 ? things : undefined;
}

/** One look-up for a value that was pasted twice. */
function distinct(readings: readonly Reading[]): readonly Reading[] {
  return readings.filter(({ kind, value }, place) => readings.findIndex((other) => other.kind === kind && other.value === value) === place);
}

/** A field of one line would join the lines of a pasted list. */
function pasteLines(event: ClipboardEvent, field: Field): void {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  const input = field.element.current;
  if (!input || !/[\r\n]/.test(text.trim())) return;
  event.preventDefault();
  input.setRangeText(text.trim().replace(/\s*[\r\n]+\s*/g, '; '), input.selectionStart ?? 0, input.selectionEnd ?? 0, 'end');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}

/** What is done when the form appears: a person may have typed and pressed the button before the program was loaded. */
function useArrival(form: { current: HTMLFormElement | null }, field: Field, typed: { current: string }, note: string, returned: boolean, onBegin: () => void, submit: () => void): void {
  const pressed = useRef(false);
  // Before the form can be seen: a person who types at once would find the old value in the middle of the new one.
  useLayoutEffect(() => {
    if (field.element.current && typed.current) field.element.current.value = typed.current;
  }, []);
  useEffect(() => {
    const input = field.element.current;
    if (!input) return;
    if (input.value) field.look();
    if (document.activeElement === input) onBegin();
    if (note || typed.current || returned) field.focus();
    pressed.current = form.current?.hasAttribute('data-waiting') ?? false;
    form.current?.removeAttribute('data-waiting');
    if (pressed.current) submit();
  }, []);
  useEffect(() => {
    if (note) field.focus();
    if (field.element.current && typed.current === '') field.element.current.value = '';
  }, [note]);
}

/** The kinds further down the page are buttons that lead to the field. */
function useKindButtons(onKind: (kind: Kind) => void): void {
  useEffect(() => {
    const listen = (event: MouseEvent): void => {
      const button = event.target instanceof Element ? event.target.closest<HTMLElement>('button[data-kind]') : null;
      const kind = KINDS.find((known) => known === button?.dataset['kind']);
      if (kind) onKind(kind);
    };
    document.addEventListener('click', listen);
    return () => document.removeEventListener('click', listen);
  }, []);
}

/** After a press without success, the page's question is in view and has the focus, also above an open keyboard. */
function useQuestionInView(form: { current: HTMLFormElement | null }, field: Field, presses: number): void {
  useLayoutEffect(() => {
    if (presses === 0) return;
    const question = form.current?.querySelector<HTMLElement>('.doubts, .choice input');
    if (question) question.focus({ preventScroll: true });
    else field.focus();
    const box = form.current?.querySelector('.doubts, .choice, .fault');
    if (box && isCutOff(box)) (question ? box : field.element.current)?.scrollIntoView({ block: 'start' });
  }, [presses]);
}

/** An open keyboard takes half of a phone's screen. */
function isCutOff(box: Element): boolean {
  const { top, bottom } = box.getBoundingClientRect();
  return top < 0 || bottom > (visualViewport?.height ?? innerHeight);
}
