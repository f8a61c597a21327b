import type { VNode } from 'preact';
import type { Warning, WarningList } from '../../protocol';
import { partialDate } from '../format/date';
import { fill, plural } from '../format/plural';
import { useSpeech } from '../language';
import type { WarningTexts } from '../texts/warning-type';
import type { Reason } from './kinds';

interface Properties {
  warning: Warning;
  texts: WarningTexts;
  level: 'h2' | 'h3';
}

/** An entry of one list: why, since when, by whom, and how to contest it. */
export function WarningCard({ warning: { list, reasons, since }, texts, level: Heading }: Properties): VNode {
  const { language } = useSpeech();
  return (
    <article class="warning-card" aria-labelledby={`warning-${list.id}`}>
      <Heading id={`warning-${list.id}`}>{list.title[language]}</Heading>
      <p>{texts.entry.reason}: <strong><Reasons of={reasons} texts={texts} /></strong></p>
      {since !== undefined && <p>{fill(texts.entry.since, { date: partialDate(language, since) })}</p>}
      <Publisher list={list} texts={texts} />
    </article>
  );
}

/** Reasons in words; one the site has no words for stays in the list's English. */
export function Reasons({ of: reasons, texts }: { of: readonly string[]; texts: WarningTexts }): VNode {
  const isKnown = (name: string): name is Reason => Object.hasOwn(texts.reasons, name);
  return <>{reasons.map((name, place) => <span key={name}>{place > 0 && '; '}{isKnown(name) ? texts.reasons[name] : <span lang="en">{name.replaceAll('-', ' ')}</span>}</span>)}</>;
}

/** Who is answerable for a list, on what basis, and how an entry is contested. */
export function Publisher({ list, texts: { entry } }: { list: WarningList; texts: WarningTexts }): VNode {
  const { language } = useSpeech();
  return (
    <>
      <p>{fill(entry.publisher, { publisher: list.publisher[language] })}</p>
      <p class="quiet">{fill(entry.basis, { basis: list.legal_basis[language] })}</p>
      <p class="quiet">{plural(language, entry.until, list.valid_for)}</p>
      <p><a class="onward" href={list.appeal} rel="noreferrer noopener external">{fill(entry.appeal, { host: new URL(list.appeal).host })}</a></p>
    </>
  );
}
