import type { ComponentChildren, VNode } from 'preact';
import { CLASSES } from '../classes';
import { datePlaces } from '../format/date-places';
import { Given, placeOf } from '../filled';
import { fill } from '../format/plural';
import { useCatalogueTexts, useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { type StepName, STEPS, triggerOf } from '../steps/steps';
import { Portal } from '../steps/Steps';
import { FAILURES, type OwnersTexts } from '../texts/owners';
import { STATUSES, StatusLine } from './Leak';
import type { Kind } from '../../identifier';

/** What a person sees who wants to know sensitive leaks of their own. `server/src/owners/pages.rs` fills the pages in. */
export const OWNERS_PAGES = ['start', 'onward', 'alone', 'answer', 'out', 'failed'] as const;
export type OwnersPage = (typeof OWNERS_PAGES)[number];

interface Properties {
  text: OwnersTexts;
}

/** The page of this name. */
export function OwnersBody({ page, text }: Properties & { page: OwnersPage }): VNode {
  switch (page) {
    case 'start': return <Start text={text} />;
    case 'onward': return <Onward text={text} />;
    case 'alone': return <Alone text={text} />;
    case 'answer': return <OwnersAnswer text={text} />;
    case 'out': return <Out text={text} />;
    case 'failed': return <Failed text={text} />;
  }
}

/** Where a page of the service is. */
function useAddress(): (page: string) => string {
  const { language } = useSpeech();
  return (page) => `/${language}${page === '' ? '' : `/${page}`}`;
}

function Start({ text: { start } }: Properties): VNode {
  const address = useAddress();
  const withProvider = (words: string): string => fill(words, { provider: placeOf('provider') });
  return (
    <div class="page owners">
      <Heading heading={start.heading} lead={start.lead} />
      <div class="prose">
        <section>
          <h2>{start.shows.heading}</h2>
          <p>{withProvider(start.shows.text)}</p>
        </section>
        <section>
          <h2>{start.learns.heading}</h2>
          <ul>{start.learns.lines.map((line) => <li key={line}>{withProvider(line)}</li>)}</ul>
        </section>
        <section>
          <p><b>{start.device}</b></p>
          <form method="post" action={address('login')}><button class="button button-main">{withProvider(start.signIn)}</button></form>
        </section>
        <section>
          <h2>{start.wards.heading}</h2>
          <Given name="wards-known"><p>{withProvider(start.wards.known)}</p></Given>
          <Given name="wards-unknown"><p>{start.wards.unknown}</p></Given>
        </section>
        <section>
          <h2>{start.without.heading}</h2>
          <p>{start.without.text}</p>
        </section>
      </div>
    </div>
  );
}

function Onward({ text: { onward } }: Properties): VNode {
  return (
    <div class="page owners">
      <Heading heading={onward.heading} />
      <p><a class="button button-main" href={placeOf('onward')}>{onward.link}</a></p>
    </div>
  );
}

function Alone({ text }: Properties): VNode {
  const { alone } = text;
  const address = useAddress();
  return (
    <div class="page owners">
      <Heading heading={alone.heading} lead={alone.lead} />
      <div class="prose">
        <ul>{alone.lines.map((line) => <li key={line}>{line}</li>)}</ul>
        <div class="buttons">
          <TokenForm action={address('answer')}><button class="button button-main">{alone.show}</button></TokenForm>
          <Leave text={text} />
        </div>
      </div>
    </div>
  );
}

/** The leaks, or that there are none; then what to do. Everything is unfolded: it may be printed. */
function OwnersAnswer({ text }: Properties): VNode {
  const { answer } = text;
  const { language, texts } = useSpeech();
  return (
    <div class="page leak-page owners">
      <Heading heading={answer.heading} />
      <div class="prose">
        <Given name="ward"><p><b>{fill(answer.wards.about, { n: placeOf('ward') })}</b></p></Given>
        <p>{answer.lookedUp}: <Kinds /></p>
        <Given name="found" otherwise={<section><h2>{answer.none.heading}</h2><p>{answer.none.text}</p></section>} />
        <Given name="leaks"><OwnLeak /></Given>
        <Wards text={text} />
        <Given name="operator.address">
          <section>
            <h2>{answer.others.heading}</h2>
            <p>{answer.others.text} <a href={`${placeOf('operator.address')}/${language}`}>{answer.others.link}</a></p>
          </section>
        </Given>
        <p class="quiet owners-screen">{answer.ends} {answer.paper}</p>
        <Leave text={text} />
      </div>
      <Given name="steps">
        <section class="leak-steps" aria-labelledby="steps-heading">
          <h2 id="steps-heading">{texts.steps.heading}</h2>
          <div class="step-list steps-read">{STEPS.map((step) => <StepPlace key={step} step={step} />)}</div>
        </section>
      </Given>
    </div>
  );
}

/** One leak of the list; the server writes it out for each. */
function OwnLeak(): VNode {
  const { language, texts } = useSpeech();
  const catalogue = useCatalogueTexts();
  return (
    <section>
      <h2>{placeOf('leak.title')}</h2>
      <p class="leak-date">{datePlaces(language, 'date')}</p>
      <p>{placeOf('leak.summary')}</p>
      {STATUSES.map((status) => <Given key={status} name={`status.${status}`}><StatusLine status={status} /></Given>)}
      <p class="leak-meta">
        <Given name="leak.records"><span>{fill(catalogue.claimedRecords, { n: placeOf('leak.records') })}</span></Given>
        <Given name="leak.source"><a href={placeOf('leak.source')} rel="noreferrer noopener external">{fill(texts.answer.source, { host: placeOf('leak.source-host') })}</a></Given>
      </p>
      <p>{texts.answer.together}:</p>
      <ul class="classes">
        {CLASSES.map((name) => <Given key={name} name={`class.${name}`}><li>{texts.names.classes[name]}</li></Given>)}
        <Given name="leak.other-classes"><li lang="en">{placeOf('leak.other-classes')}</li></Given>
      </ul>
    </section>
  );
}

/** The kinds that were looked up, with commas between; no value is repeated. */
function Kinds(): VNode {
  const { kinds } = useSpeech().texts.names;
  return <ul class="classes">{(Object.keys(kinds) as Kind[]).map((kind) => <Given key={kind} name={`kind.${kind}`}><li>{kinds[kind]}</li></Given>)}</ul>;
}

/** The way to the answers for people in the reader's care, or what to do where nobody says who they are. */
function Wards({ text: { start, answer } }: Properties): VNode {
  const address = useAddress();
  return (
    <>
      <Given name="wards-known">
        <section>
          <h2>{answer.wards.heading}</h2>
          <ul>
            <li><a href={address('answer')}>{answer.wards.own}</a></li>
            <Given name="wards"><li><a href={address(`answer/${placeOf('number')}`)}>{fill(answer.wards.one, { n: placeOf('number') })}</a></li></Given>
          </ul>
        </section>
      </Given>
      <Given name="wards-unknown">
        <section>
          <h2>{start.wards.heading}</h2>
          <p>{start.wards.unknown}</p>
        </section>
      </Given>
    </>
  );
}

/** A step within the section of the classes that call for it. */
function StepPlace({ step }: { step: StepName }): VNode {
  const { language, texts } = useSpeech();
  const { title, why, how, time } = texts.steps.texts[step];
  const trigger = triggerOf(step);
  const letters = step === 'complaint' && <Given name="operator.address"><a class="portal" href={`${placeOf('operator.address')}/${language}/letters`}>{texts.steps.template}</a></Given>;
  const article = (
    <article class="step step-read" id={`step-${step}`} aria-labelledby={`title-${step}`}>
      <h3 class="step-title" id={`title-${step}`}>{title}</h3>
      <p class="step-why">{why}</p>
      <ol class="step-course">{how.map((line) => <li key={line}>{line}</li>)}</ol>
      <p class="step-foot"><span class="step-time"><Icon name="clock" />{time}</span>{letters}<Portal step={step} /></p>
    </article>
  );
  return trigger === 'any' ? article : <Given name={trigger.map((name) => `class.${name}`).join(' ')}>{article}</Given>;
}

function Out({ text: { out, failed } }: Properties): VNode {
  const address = useAddress();
  return (
    <div class="page owners">
      <Heading heading={out.heading} lead={out.text} />
      <p><a href={address('')}>{failed.again}</a></p>
    </div>
  );
}

function Failed({ text: { failed, start } }: Properties): VNode {
  const address = useAddress();
  return (
    <div class="page owners">
      <Heading heading={failed.heading} />
      <div class="prose">
        {FAILURES.map((reason) => <Given key={reason} name={`failure.${reason}`}><p class="lead">{failed.reasons[reason]}</p></Given>)}
        <p><a class="button button-main" href={address('')}>{failed.again}</a></p>
        <h2>{start.without.heading}</h2>
        <p>{start.without.text}</p>
      </div>
    </div>
  );
}

function Heading({ heading, lead }: { heading: string; lead?: string }): VNode {
  return (
    <header class="page-head">
      <h1>{heading}</h1>
      {lead && <p class="lead">{lead}</p>}
    </header>
  );
}

function Leave({ text }: Properties): VNode {
  const address = useAddress();
  return <TokenForm action={address('logout')}><button class="button">{text.leave}</button></TokenForm>;
}

/** A form that only this visit's own pages can send. */
function TokenForm({ action, children }: { action: string; children: ComponentChildren }): VNode {
  return <form method="post" action={action}><input type="hidden" name="csrf" value={placeOf('csrf')} />{children}</form>;
}
