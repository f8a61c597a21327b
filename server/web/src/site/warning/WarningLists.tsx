import type { VNode } from 'preact';
import type { WarningList } from '../../protocol';
import { useSpeech } from '../language';
import type { WarningTexts } from '../texts/warning-type';
import { Publisher, Reasons } from './WarningCard';

interface Properties {
  lists: readonly WarningList[];
  texts: WarningTexts;
}

/** The lists of warnings of the catalogue, apart from the leaks. */
export function WarningLists({ lists, texts }: Properties): VNode {
  const { language } = useSpeech();
  return (
    <section class="warning-lists" aria-labelledby="warning-lists-heading">
      <h2 id="warning-lists-heading">{texts.lists.heading}</h2>
      <p>{texts.lists.lead}</p>
      <ul class="warning-list">
        {lists.map((list) => (
          <li key={list.id}>
            <article class="warning-card" aria-labelledby={`list-${list.id}`}>
              <h3 id={`list-${list.id}`}>{list.title[language]}</h3>
              <p>{list.summary[language]}</p>
              <p>{texts.lists.reasons}: <strong><Reasons of={list.classes.filter((name) => !name.startsWith('listed-'))} texts={texts} /></strong></p>
              <Publisher list={list} texts={texts} />
            </article>
          </li>
        ))}
      </ul>
    </section>
  );
}
