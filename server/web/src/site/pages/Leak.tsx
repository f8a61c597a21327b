import type { VNode } from 'preact';
import { Note } from '../answer/Note';
import { CLASSES } from '../classes';
import { datePlaces } from '../format/date-places';
import { Given, placeOf } from '../filled';
import { fill } from '../format/plural';
import { useCatalogueTexts, useSpeech } from '../language';
import { pathOf } from '../paths';
import { Icon } from '../shell/Icon';
import { StepArticle } from '../steps/StepArticle';
import { STEPS, triggerOf } from '../steps/steps';
import type { Status } from '../../protocol';

export const STATUSES: readonly Status[] = ['confirmed', 'reported', 'unverified', 'fabricated'];

/** The page of one leak, with a place for all that differs from leak to leak: the server knows which leaks there are. */
export function LeakPage(): VNode {
  const { language, texts } = useSpeech();
  const { answer } = texts;
  const catalogue = useCatalogueTexts();
  return (
    <div class="page leak-page">
      <header class="page-head">
        <p class="leak-date">{datePlaces(language, 'date')}</p>
        <h1>{placeOf('leak.title')}</h1>
        <p class="lead">{placeOf('leak.summary')}</p>
      </header>
      <div class="prose">
        <section>
          <h2>{catalogue.status}</h2>
          {STATUSES.map((status) => <Given key={status} name={`status.${status}`}><StatusLine status={status} /></Given>)}
          <p class="leak-meta">
            <Given name="leak.records"><span>{fill(catalogue.claimedRecords, { n: placeOf('leak.records') })}</span></Given>
            <span>{fill(answer.added, { date: datePlaces(language, 'added') })}</span>
            <Given name="leak.source"><a href={placeOf('leak.source')} rel="noreferrer noopener external">{fill(answer.source, { host: placeOf('leak.source-host') })}</a></Given>
          </p>
        </section>
        <section>
          <h2>{catalogue.class}</h2>
          <ul class="classes">
            {CLASSES.map((name) => <Given key={name} name={`class.${name}`}><li>{texts.names.classes[name]}</li></Given>)}
            <Given name="leak.other-classes"><li lang="en">{placeOf('leak.other-classes')}</li></Given>
          </ul>
          <Note icon="person" level="h3" heading={answer.notCustomer.heading}>{answer.notCustomer.text}</Note>
          <p><a class="onward" href={pathOf(language, 'home')}>{texts.check.heading}</a></p>
        </section>
      </div>
      <section class="leak-steps" aria-labelledby="steps-heading">
        <h2 id="steps-heading">{texts.steps.heading}</h2>
        <Given name="status.fabricated" otherwise={<StepPlaces />}><p>{texts.steps.none}</p></Given>
      </section>
    </div>
  );
}

/** How certain a leak is, and what that means. */
export function StatusLine({ status }: { status: Status }): VNode {
  const { name, meaning } = useSpeech().texts.names.statuses[status];
  return <p class="leak-status"><Icon name={status} /><span><b>{name}.</b> {meaning}</span></p>;
}

/** Each step within the section of the classes that call for it. */
function StepPlaces(): VNode {
  return (
    <div class="step-list steps-read">
      {STEPS.map((step) => {
        const trigger = triggerOf(step);
        const article = <StepArticle key={step} step={step} level="h3" />;
        return trigger === 'any' ? article : <Given key={step} name={trigger.map((name) => `class.${name}`).join(' ')}>{article}</Given>;
      })}
    </div>
  );
}
