import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Identifier, Kind } from '../../identifier';
import { HistoryList } from '../answer/HistoryList';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { KindChoice } from './KindChoice';
import { type Reading, read } from './reading';
import { useOnline } from './useOnline';
import type { Checked } from './visit';

interface Properties {
  /** What stands in the field; outlives the form so that it can be corrected after a failure. */
  typed: { current: string };
  note: string;
  checked: readonly Checked[];
  /** The person has come to the field. While they type nothing begins: no request may have to do with a key. */
  onBegin(): void;
  onCheck(identifier: Identifier): void;
  onShow(place: number): void;
  onClear(): void;
}

/** How long somebody must pause before a choice of kinds appears, in milliseconds; short of the browser's measure of an unexpected shift. */
const PAUSE = 300;

/**
 * The one field. It has no `name` and a `dialog` method, so that nothing is sent and nothing is kept by the browser even
 * where this program has not been loaded yet.
 */
export function Form({ typed, note, checked, onBegin, onCheck, onShow, onClear }: Properties): VNode {
  const { texts } = useSpeech();
  const field = useRef<HTMLInputElement>(null);
  const [reading, setReading] = useState<Reading>({ state: 'empty' });
  const [manual, setManual] = useState<Kind | undefined>();
  const [choosing, setChoosing] = useState(false);
  const [picked, setPicked] = useState<Kind | undefined>();
  const [offered, setOffered] = useState(false);
  const [fault, setFault] = useState<Reading | undefined>();
  const online = useOnline();
  const first = useRef(true);
  const focusing = useRef(false);

  const look = (kind: Kind | undefined = manual): Reading => {
    typed.current = field.current?.value ?? '';
    const now = read(typed.current, kind);
    setReading(now);
    return now;
  };

  /** That the page itself leads the person to the field is no sign that they are about to ask. */
  const focus = (): void => {
    focusing.current = true;
    field.current?.focus();
    focusing.current = false;
  };

  useEffect(() => {
    const input = field.current;
    if (!input) return;
    // Before the program was loaded somebody may have typed already; after a failure the text comes back.
    if (typed.current) input.value = typed.current;
    if (input.value) look();
    if (document.activeElement === input) onBegin();
    if (!first.current || note || typed.current || checked.length > 0) focus();
    first.current = false;
  }, []);

  useEffect(() => {
    if (note) focus();
    if (field.current && typed.current === '') field.current.value = '';
  }, [note]);

  useEffect(() => {
    if (reading.state !== 'several') return setOffered(false);
    const pause = setTimeout(() => setOffered(true), PAUSE);
    return () => clearTimeout(pause);
  }, [reading]);

  const submit = (event: Event): void => {
    event.preventDefault();
    const now = look();
    if (now.state === 'one') return onCheck(now.identifier);
    if (now.state === 'several' && offered) return onCheck(now.identifiers.find(({ kind }) => kind === picked) ?? now.identifiers[0]!);
    if (now.state === 'several') return setOffered(true);
    setFault(now);
    focus();
  };

  const several = reading.state === 'several' && offered && !choosing;
  const faulty = fault !== undefined;

  return (
    <form class="form" method="dialog" autocomplete="off" noValidate onSubmit={submit}>
      <p class="form-note" role="status">{note}</p>
      <label class="form-label" for="identifier">{texts.check.label}</label>
      <div class="form-row">
        <input
          ref={field}
          id="identifier"
          class="form-field"
          type="text"
          inputMode="text"
          enterKeyHint="search"
          autocomplete="off"
          autocapitalize="none"
          autocorrect="off"
          spellcheck={false}
          maxLength={320}
          data-1p-ignore=""
          data-lpignore="true"
          aria-describedby={`${faulty ? 'fault ' : ''}identifier-hint`}
          aria-invalid={faulty}
          onPointerDown={onBegin}
          onFocus={() => !focusing.current && onBegin()}
          onInput={() => (setFault(undefined), setPicked(undefined), look())}
        />
        <button class="button button-main" type="submit"><Icon name="search" />{texts.check.submit}</button>
      </div>
      {faulty && (
        <div class="fault" id="fault" role="alert">
          <Icon name="warning" />
          <p><strong>{texts.check.faultHeading}.</strong> <FaultText reading={fault} /></p>
        </div>
      )}
      <p class="form-hint" id="identifier-hint" aria-live="polite">
        {reading.state === 'one' && !faulty ? (
          <span class="recognised"><Icon name="tick" />{fill(texts.check.recognised, { kind: texts.names.kinds[reading.identifier.kind] })}</span>
        ) : (
          texts.check.hint
        )}
      </p>
      {several && reading.state === 'several' && (
        <KindChoice
          legend={texts.check.ambiguous}
          kinds={reading.identifiers.map(({ kind }) => kind)}
          chosen={picked ?? reading.identifiers[0]!.kind}
          onChoose={setPicked}
        />
      )}
      {choosing && (
        <KindChoice legend={texts.check.chooseLegend} chosen={manual} onChoose={(kind) => (setManual(kind), setFault(undefined), look(kind))} />
      )}
      <button
        class="button-link"
        type="button"
        aria-expanded={choosing}
        onClick={() => (setChoosing(!choosing), setManual(undefined), setFault(undefined), setReading(read(typed.current, undefined)))}
      >
        {choosing ? texts.check.chooseBack : texts.check.chooseOpen}
      </button>
      <p class="promise"><Icon name="shield" />{texts.check.promise}</p>
      {!online && <p class="notice" role="status"><Icon name="offline" />{texts.check.offline}</p>}
      {checked.length > 0 && <HistoryList checked={checked} onShow={onShow} onClear={onClear} warn />}
    </form>
  );
}

function FaultText({ reading }: { reading: Reading }): VNode {
  const { check } = useSpeech().texts;
  if (reading.state === 'empty') return <>{check.faults.empty}</>;
  if (reading.state !== 'fault' || !reading.kind) return <>{check.unknown}</>;
  return <>{check.faults[reading.fault]} {check.forms[reading.kind]}</>;
}
