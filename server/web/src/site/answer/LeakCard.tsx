import type { VNode } from 'preact';
import type { Breach } from '../../protocol';
import { isKnownClass } from '../classes';
import { partialDate } from '../format/date';
import { fill, plural } from '../format/plural';
import { useSpeech } from '../language';
import { leakPathOf } from '../paths';
import { Icon } from '../shell/Icon';

interface Properties {
  breach: Breach;
  classes: readonly string[];
  /** The words before the classes: what leaked with an identifier, or in the leak as a whole. */
  together?: string;
  /** Whether the title leads to the leak's own page: from an answer it does not, which would be lost. */
  permanent?: boolean;
}

/** One leak: what it is, when, how certain, and what leaked. */
export function LeakCard({ breach, classes, together, permanent }: Properties): VNode {
  const { language, texts } = useSpeech();
  const status = texts.names.statuses[breach.status];
  return (
    <article class="leak" data-status={breach.status}>
      <p class="leak-date"><span class="visually-hidden">{texts.answer.date}: </span><time dateTime={breach.date}>{partialDate(language, breach.date)}</time></p>
      <div class="leak-body">
        <h3 class="leak-title">{permanent ? <a href={leakPathOf(language, breach.id)}>{breach.title[language]}</a> : breach.title[language]}</h3>
        <p class="leak-summary">{breach.summary[language]}</p>
        <details class="status">
          <summary><StatusMark status={breach.status} />{status.name}<span class="visually-hidden">. {texts.answer.statusMeaning}</span><Icon name="chevron" /></summary>
          <p>{status.meaning}</p>
        </details>
        <p class="leak-together">{together ?? texts.answer.together}:</p>
        <ul class="classes">{classes.map((name) => <li key={name}><ClassName name={name} /></li>)}</ul>
        <p class="leak-meta">
          {breach.records > 0 && <span>{plural(language, texts.answer.records, breach.records)}</span>}
          <span>{fill(texts.answer.added, { date: partialDate(language, breach.added) })}</span>
          <Source url={breach.source} />
        </p>
      </div>
    </article>
  );
}

/** The mark differs in form as well as in colour. */
function StatusMark({ status }: { status: Breach['status'] }): VNode {
  return <Icon name={status} />;
}

/** A class in the page's language; one the site has no words for stays in the catalogue's English. */
export function ClassName({ name }: { name: string }): VNode {
  const { texts } = useSpeech();
  return isKnownClass(name) ? <>{texts.names.classes[name]}</> : <span lang="en">{name.replaceAll('-', ' ')}</span>;
}

function Source({ url }: { url: string }): VNode | null {
  const { texts } = useSpeech();
  const host = /^https:\/\/([^/?#]+)/.exec(url)?.[1];
  return host ? <a href={url} rel="noreferrer noopener external">{fill(texts.answer.source, { host })}</a> : null;
}
