import type { VNode } from 'preact';
import { KINDS } from '../../identifier';
import type { Catalogue, Status } from '../../protocol';
import { useSpeech } from '../language';
import { useCatalogue } from './useCatalogue';
import { Waiting } from './Waiting';

const STATUSES: readonly Status[] = ['confirmed', 'reported', 'unverified', 'fabricated'];

/** Total figures of the catalogue in force. */
export function Totals(): VNode {
  const [loaded, load] = useCatalogue();
  if (loaded.state !== 'here') return <Waiting failed={loaded.state === 'failed'} onAgain={load} />;
  return <Figures catalogue={loaded.catalogue} />;
}

function Figures({ catalogue }: { catalogue: Catalogue }): VNode {
  const { language, texts } = useSpeech();
  const { totals } = texts.catalogue;
  const number = new Intl.NumberFormat(language);
  const kinds = KINDS.filter((kind) => (catalogue.identifiers[kind] ?? 0) > 0);
  const identifiers = kinds.reduce((sum, kind) => sum + (catalogue.identifiers[kind] ?? 0), 0);
  const records = catalogue.breaches.reduce((sum, breach) => sum + breach.records, 0);
  return (
    <section class="totals" aria-labelledby="totals-heading">
      <h2 id="totals-heading">{totals.heading}</h2>
      <dl class="big-figures">
        <Big name={totals.leaks} figure={number.format(catalogue.breaches.length)} />
        <Big name={totals.records} figure={number.format(records)} note={totals.recordsNote} />
        <Big name={totals.identifiers} figure={number.format(identifiers)} note={totals.identifiersNote} />
      </dl>
      <div class="total-tables">
        <Rows caption={totals.byStatus} head={[texts.catalogue.status, texts.catalogue.chart.leaks]} rows={STATUSES.map((status) => [texts.names.statuses[status].name, count(catalogue, status)])} />
        <Rows caption={totals.identifiers} head={[totals.kind, totals.count]} rows={kinds.map((kind) => [texts.names.kinds[kind], catalogue.identifiers[kind] ?? 0])} />
      </div>
      <p class="quiet">{totals.generation}: <code>{catalogue.generation}</code>. {texts.catalogue.sealed}</p>
    </section>
  );
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
  rows: readonly (readonly [string, number])[];
}

function Rows({ caption, head, rows }: RowsProperties): VNode {
  const { language } = useSpeech();
  const number = new Intl.NumberFormat(language);
  return (
    <table class="figures">
      <caption>{caption}</caption>
      <thead><tr><th scope="col">{head[0]}</th><th scope="col">{head[1]}</th></tr></thead>
      <tbody>
        {rows.map(([name, figure]) => <tr key={name}><th scope="row">{name}</th><td>{number.format(figure)}</td></tr>)}
      </tbody>
    </table>
  );
}
