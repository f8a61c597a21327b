import type { VNode } from 'preact';
import type { Entry, Kind, Reading } from '../../identifier';
import { number } from '../format/number';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { DoubtText } from './Doubts';
import { KindChoice } from './KindChoice';
import { MAX_LIST, settledEntries } from './reading';

interface Properties {
  entries: readonly Entry[];
  choices: Readonly<Record<number, Kind>>;
  /** Whether several institutions answer together. */
  isPrivate: boolean;
  onChoose(place: number, kind: Kind): void;
}

/** Several values at once: how each is read, and what their look-ups together reveal. */
export function EntryList({ entries, choices, isPrivate, onChoose }: Properties): VNode {
  const { language, texts } = useSpeech();
  const { list } = texts.reading;
  const settled = settledEntries(entries, choices);
  return (
    <section class="entries" aria-labelledby="entries-lead">
      <p id="entries-lead"><strong>{fill(list.lead, { n: number(language, entries.length) })}</strong></p>
      {entries.length > MAX_LIST && <p class="entry-fault">{fill(list.tooMany, { n: number(language, MAX_LIST) })}</p>}
      <ol>
        {entries.map((entry, place) => (
          <li key={place}><EntryLine entry={entry} settled={settled[place]} chosen={choices[place]} onChoose={(kind) => onChoose(place, kind)} /></li>
        ))}
      </ol>
      <p class="quiet">{isPrivate ? list.apart : list.linked}</p>
    </section>
  );
}

interface LineProperties {
  entry: Entry;
  settled: Reading | undefined;
  chosen: Kind | undefined;
  onChoose(kind: Kind): void;
}

function EntryLine({ entry: { typed, candidates, nearest }, settled, chosen, onChoose }: LineProperties): VNode {
  const { check, names, reading } = useSpeech().texts;
  if (candidates.length === 0) {
    const why = nearest ? check.faults[nearest.fault] : check.unknown;
    return <p class="entry-fault"><Icon name="warning" /><span>{reading.list.unread} <b class="value">{typed}</b>. {why}</span></p>;
  }
  if (settled && chosen === undefined) return <p class="entry-read"><Icon name="tick" /><span>{names.kinds[settled.kind]}: <b class="value">{settled.shown}</b></span></p>;
  return (
    <>
      <KindChoice legend={check.ambiguous} readings={candidates} chosen={chosen} onChoose={onChoose} />
      {candidates.flatMap(({ doubts }) => doubts).map((doubt) => <p key={doubt.why} class="quiet"><DoubtText doubt={doubt} /></p>)}
    </>
  );
}
