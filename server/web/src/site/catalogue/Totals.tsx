import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { LEAK_KINDS } from '../../identifier/kind';
import type { Catalogue, Status } from '../../protocol';
import { partialDate } from '../format/date';
import { number } from '../format/number';
import { useCatalogueTexts, useSpeech } from '../language';
import { Chart } from './Chart';
import { csvOf } from './csv';
import { useCatalogue } from './useCatalogue';
import { Waiting } from './Waiting';

const STATUSES: readonly Status[] = ['confirmed', 'reported', 'unverified', 'fabricated'];

/** Total figures of the current catalogue. While it loads, the same rows are there with dashes, so that nothing moves. */
export function Totals(): VNode {
  const [loaded, load] = useCatalogue();
  return (
    <>
      {loaded.state === 'failed' && <Waiting failed={loaded.code} onAgain={load} />}
      <Figures catalogue={loaded.state === 'here' ? loaded.catalogue : undefined} />
    </>
  );
}

function Figures({ catalogue }: { catalogue: Catalogue | undefined }): VNode {
  const { language, texts } = useSpeech();
  const { chart, sealed, status, totals } = useCatalogueTexts();
  const write = (pick: (catalogue: Catalogue) => number): string => (catalogue ? number(language, pick(catalogue)) : '–');
  return (
    <section class="totals" aria-labelledby="totals-heading">
      <h2 id="totals-heading">{totals.heading}</h2>
      <dl class="big-figures">
        <Big name={totals.leaks} figure={write(({ breaches }) => breaches.length)} />
        <Big name={totals.records} figure={write(recordsOf)} note={totals.recordsNote} />
        <Big name={totals.identifiers} figure={write(identifiersOf)} note={totals.identifiersNote} />
      </dl>
      <div class="total-tables">
        <Rows
          caption={totals.byStatus}
          head={[status, chart.leaks]}
          rows={STATUSES.map((one) => [texts.names.statuses[one].name, write((all) => count(all, one))])}
        />
        <Rows
          caption={totals.byKind}
          head={[totals.kind, totals.count]}
          rows={LEAK_KINDS.map((kind) => [texts.names.kinds[kind], write(({ identifiers }) => identifiers[kind] ?? 0)])}
        />
      </div>
      <p class="edition">{totals.generation}: {catalogue ? <Edition generation={catalogue.generation} /> : '–'}. {catalogue && <Download catalogue={catalogue} />}</p>
      <div class="chart-place">{catalogue && <Chart breaches={catalogue.breaches} />}</div>
      <p class="quiet">{sealed}</p>
    </section>
  );
}

/** The day an edition was made, in words, and its name, which begins with that day. */
function Edition({ generation }: { generation: string }): VNode {
  const { language } = useSpeech();
  const day = /^(\d{4})(\d\d)(\d\d)-/.exec(generation);
  return <>{day && `${partialDate(language, day.slice(1).join('-'))}, `}<code>{generation}</code></>;
}

/** The same leaks as a table to calculate with; it is made here of what the page has loaded. */
function Download({ catalogue }: { catalogue: Catalogue }): VNode | null {
  const { language } = useSpeech();
  const { totals } = useCatalogueTexts();
  const [address, setAddress] = useState('');
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([csvOf(catalogue, language)], { type: 'text/csv' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [catalogue, language]);
  return address === '' ? null : <a class="onward" href={address} download={`tekser-${catalogue.generation}.csv`}>{totals.csv}</a>;
}

function recordsOf({ breaches }: Catalogue): number {
  return breaches.reduce((sum, breach) => sum + breach.records, 0);
}

function identifiersOf({ identifiers }: Catalogue): number {
  return LEAK_KINDS.reduce((sum, kind) => sum + (identifiers[kind] ?? 0), 0);
}

function count(catalogue: Catalogue, status: Status): number {
  return catalogue.breaches.filter((breach) => breach.status === status).length;
}

function Big({ name, figure, note }: { name: string; figure: string; note?: string }): VNode {
  return (
    <div class="big">
      <dt>{name}</dt>
      <dd class="big-figure">{figure}</dd>
      {note !== undefined && <dd class="quiet">{note}</dd>}
    </div>
  );
}

interface RowsProperties {
  caption: string;
  head: readonly [string, string];
  rows: readonly (readonly [string, string])[];
}

function Rows({ caption, head, rows }: RowsProperties): VNode {
  return (
    <table class="figures">
      <caption>{caption}</caption>
      <thead><tr><th scope="col">{head[0]}</th><th scope="col">{head[1]}</th></tr></thead>
      <tbody>
        {rows.map(([name, figure]) => <tr key={name}><th scope="row">{name}</th><td>{figure}</td></tr>)}
      </tbody>
    </table>
  );
}
