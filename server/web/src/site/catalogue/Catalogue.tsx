import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Breach, WarningList } from '../../protocol';
import { LeakCard } from '../answer/LeakCard';
import { byDate } from '../answer/order';
import { number } from '../format/number';
import { fill, plural } from '../format/plural';
import { useCatalogueTexts, useSpeech } from '../language';
import { useWarnings } from '../warning/load';
import { Chart } from './Chart';
import { EVERYTHING, type Filter, filtered } from './filter';
import { Filters } from './Filters';
import { useCatalogue } from './useCatalogue';
import { Waiting } from './Waiting';

/** All public leaks, to be narrowed down. */
export function Catalogue(): VNode {
  const [loaded, load] = useCatalogue();
  if (loaded.state !== 'here') return <Waiting failed={loaded.state === 'failed' ? loaded.code : undefined} onAgain={load} />;
  const { lists } = loaded;
  const breaches = byDate(loaded.catalogue.breaches.map((breach) => ({ breach, classes: breach.classes }))).map(({ breach }) => breach);
  return (
    <>
      <Chart breaches={breaches} />
      <List breaches={breaches} />
      {lists.length > 0 && <WarningPlace lists={lists} />}
    </>
  );
}

/** What it shows comes late: it is at the end, so that nothing moves. */
function WarningPlace({ lists }: { lists: readonly WarningList[] }): VNode | null {
  const part = useWarnings();
  return part ? <part.WarningLists lists={lists} texts={part.texts} /> : null;
}

function List({ breaches }: { breaches: readonly Breach[] }): VNode {
  const { language } = useSpeech();
  const texts = useCatalogueTexts();
  const [filter, setFilter] = useState<Filter>(EVERYTHING);
  const shown = filtered(breaches, filter);
  const all = number(language, breaches.length);
  return (
    <section class="catalogue" aria-labelledby="catalogue-heading">
      <h2 id="catalogue-heading">{texts.heading}</h2>
      <Filters breaches={breaches} filter={filter} onFilter={setFilter} />
      <p class="shown" role="status">
        {shown.length === 0 ? texts.none : `${plural(language, texts.shown, shown.length)} ${fill(texts.of, { n: all })}.`}
      </p>
      <ol class="leak-list">
        {shown.map((breach) => (
          <li key={breach.id}><LeakCard breach={breach} classes={breach.classes} together={texts.class} permanent /></li>
        ))}
      </ol>
      <p class="quiet">{texts.sealed}</p>
    </section>
  );
}
