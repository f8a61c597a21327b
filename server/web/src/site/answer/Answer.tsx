import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { LEAK_KINDS } from '../../identifier';
import type { Result } from '../check/visit';
import { useSpeech } from '../language';
import { pathOf } from '../paths';
import { NewTabLink } from '../shell/NewTabLink';
import { Steps } from '../steps/Steps';
import { WatchPlace } from '../watch/WatchPlace';
import { isWarned } from '../warning/kinds';
import { useWarnings } from '../warning/load';
import { Exchanges } from './Exchanges';
import { isPlain } from './isPlain';
import { LeakCard } from './LeakCard';
import { Note } from './Note';
import { byDate } from './order';
import { Printed } from './Printed';
import { Summary } from './Summary';
import { Together } from './Together';
import { united, type UnitedExposure } from './united';
import { VerdictHead } from './VerdictHead';

interface Properties {
  result: Result;
  /** All of this visit. */
  results: readonly Result[];
  /** The person wants to correct what was asked. */
  onChange(): void;
  children: ComponentChildren;
}

/** The answer to one check: of one value, or of several together. */
export function Answer({ result, results, onChange, children }: Properties): VNode {
  const { texts } = useSpeech();
  const exposures = united(result);
  const found = exposures.length > 0;
  const painted = usePainted();
  const inLeaks = result.filter(({ isInLeaks }) => isInLeaks);
  const warned = result.filter(({ kind, answer }) => isWarned(kind) && (answer.warns || !LEAK_KINDS.some((known) => known === kind)));
  const exchanges = [...new Set(result.flatMap(({ answer }) => answer.exchanges))];
  return (
    <article class="answer" data-found={found} aria-labelledby="answer-heading">
      {inLeaks.length > 0 && <VerdictHead result={inLeaks} isApart={warned.length > 0} onChange={onChange} />}
      {painted && result.some(({ answer }) => answer.isOutdated) && <OutOfDate />}
      {found && <Summary exposures={exposures} />}
      {warned.length > 0 && <WarningPlace result={warned} isAlone={inLeaks.length === 0} />}
      <WatchPlace result={result} results={results} />
      {found ? <Leaks exposures={exposures} several={result.length > 1} /> : inLeaks.length > 0 && <NotFound />}
      {painted && (
        <>
          {found && <Steps exposures={exposures} />}
          {inLeaks.some(({ answer }) => answer.sealed) && <Note icon="seal" level="h2" heading={texts.answer.sealed.heading}>{texts.answer.sealed.text} <OwnWay /></Note>}
          {children}
          {result.every(({ answer }) => !isPlain(answer)) && <Together institutions={result[0]?.answer.institutions ?? []} />}
          <Exchanges exchanges={exchanges} />
          <Printed exposures={exposures} generation={result[0]?.answer.generation ?? ''} />
        </>
      )}
    </article>
  );
}

/** Where people see sealed leaks of their own: the service that the server named in the page's head, or an office. */
function OwnWay(): VNode {
  const { language, texts } = useSpeech();
  const owners = document.querySelector<HTMLMetaElement>('meta[name="tekser-owners"]')?.content;
  return owners ? <NewTabLink href={`${owners}/${language}`}>{texts.answer.sealed.own}</NewTabLink> : <>{texts.answer.sealed.ask}</>;
}

/** Nothing only while the texts of another language are on their way. */
function WarningPlace({ result, isAlone }: { result: Result; isAlone: boolean }): VNode | null {
  const part = useWarnings();
  return part ? <part.Warnings result={result} texts={part.texts} isAlone={isAlone} /> : null;
}

/** False until the first part of the answer has been painted: on a slow phone the rest would keep it waiting. */
function usePainted(): boolean {
  const [painted, setPainted] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPainted(true));
    return () => clearTimeout(timer);
  }, []);
  return painted;
}

/** A warning that few will ever see: nobody else loads it. */
function OutOfDate(): VNode | null {
  const [Warning, setWarning] = useState<() => VNode>();
  useEffect(() => void import('./Outdated').then(({ Outdated }) => setWarning(() => Outdated), () => undefined), []);
  return Warning ? <Warning /> : null;
}

function Leaks({ exposures, several }: { exposures: readonly UnitedExposure[]; several: boolean }): VNode {
  const { texts } = useSpeech();
  return (
    <section class="leaks" aria-labelledby="leaks-heading">
      <h2 id="leaks-heading">{texts.answer.leaksHeading}</h2>
      <ol class="leak-list">
        {byDate(exposures).map((exposure) => (
          <li key={exposure.breach.id}>
            <LeakCard breach={exposure.breach} classes={exposure.classes} />
            {several && <FoundBy exposure={exposure} />}
          </li>
        ))}
      </ol>
      <Note icon="person" level="h3" heading={texts.answer.notCustomer.heading}>{texts.answer.notCustomer.text}</Note>
    </section>
  );
}

/** Which of several values a leak holds. */
function FoundBy({ exposure }: { exposure: UnitedExposure }): VNode {
  const { names, reading } = useSpeech().texts;
  return <p class="leak-of">{reading.list.foundBy} {exposure.of.map(({ kind, mask }) => `${names.kinds[kind]} ${mask}`).join(', ')}</p>;
}

function NotFound(): VNode {
  const { language, texts } = useSpeech();
  const { notFound } = texts.answer;
  return (
    <section class="meaning" aria-labelledby="meaning-heading">
      <h2 id="meaning-heading">{notFound.meansHeading}</h2>
      <ul>{notFound.means.map((line) => <li key={line}>{line}</li>)}</ul>
      <p>{texts.steps.ahead} <NewTabLink href={pathOf(language, 'steps')}>{texts.steps.all}</NewTabLink></p>
    </section>
  );
}
