import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Breach } from '../../protocol';
import { LeakCard } from '../answer/LeakCard';
import { byDate } from '../answer/order';
import { number } from '../format/number';
import { fill, plural } from '../format/plural';
import { useSpeech } from '../language';
import { Chart } from './Chart';
import { EVERYTHING, type Filter, filtered } from './filter';
import { Filters } from './Filters';
import { useCatalogue } from './useCatalogue';
import { Waiting } from './Waiting';

/** All public leaks, to be narrowed down. */
export function Catalogue(): VNode {
  const [loaded, load] = useCatalogue();
  if (loaded.state !== 'here') return <Waiting failed={loaded.state === 'failed'} onAgain={load} />;
  const breaches = byDate(loaded.catalogue.breaches.map((breach) => ({ breach, classes: breach.classes }))).map(({ breach }) => breach);
  return (
    <>
      <Chart breaches={breaches} />
      <List breaches={breaches} />
    </>
  );
}

function List({ breaches }: { breaches: readonly Breach[] }): VNode {
  const { language, texts } = useSpeech();
  const [filter, setFilter] = useState<Filter>(EVERYTHING);
  const shown = filtered(breaches, filter);
  const all = number(language, breaches.length);
  return (
    <section class="catalogue" aria-labelledby="catalogue-heading">
      <h2 id="catalogue-heading">{texts.shell.pages.leaks}</h2>
      <Filters breaches={breaches} filter={filter} onFilter={setFilter} />
      <p class="shown" role="status">
        {shown.length === 0 ? texts.catalogue.none : `${plural(language, texts.catalogue.shown, shown.length)} ${fill(texts.catalogue.of, { n: all })}.`}
      </p>
      <ol class="leak-list">
        {shown.map((breach) => (
          <li key={breach.id}><LeakCard breach={breach} classes={breach.classes} together={texts.catalogue.class} permanent /></li>
        ))}
      </ol>
      <p class="quiet">{texts.catalogue.sealed}</p>
    </section>
  );
}
