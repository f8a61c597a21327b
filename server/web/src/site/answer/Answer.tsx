import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Checked } from '../check/visit';
import { useFocus } from '../check/useFocus';
import { moment } from '../format/date';
import { fill, plural } from '../format/plural';
import { useSpeech } from '../language';
import { pathOf } from '../paths';
import { Icon } from '../shell/Icon';
import { NewTabLink } from '../shell/NewTabLink';
import { Steps } from '../steps/Steps';
import { Exchanges } from './Exchanges';
import { LeakCard } from './LeakCard';
import { Note } from './Note';
import { byDate } from './order';
import { Printed } from './Printed';
import { Summary } from './Summary';

interface Properties {
  checked: Checked;
  children: ComponentChildren;
}

/** The answer to one check. */
export function Answer({ checked: { kind, mask, answer }, children }: Properties): VNode {
  const { language, texts } = useSpeech();
  const heading = useFocus<HTMLHeadingElement>();
  const count = answer.exposures.length;
  const painted = usePainted();
  return (
    <article class="answer" data-found={answer.found} aria-labelledby="answer-heading">
      <header class="verdict">
        <Icon name={answer.found ? 'found' : 'clear'} />
        <p class="verdict-kind">{texts.answer.checked}: <b>{texts.names.kinds[kind]} <span class="mask">{mask}</span></b></p>
        <h1 id="answer-heading" ref={heading} tabIndex={-1}>
          {answer.found ? plural(language, texts.answer.found.heading, count) : texts.answer.notFound.heading}
        </h1>
        <p class="verdict-lead">{answer.found ? texts.answer.found.lead : texts.answer.notFound.lead}</p>
        <p class="verdict-date">{fill(texts.answer.compared, { date: moment(language, answer.builtAt) })}</p>
      </header>
      {answer.found && <Summary exposures={answer.exposures} />}
      {answer.found ? <Leaks answer={answer} /> : <NotFound />}
      {painted && (
        <>
          {answer.found && <Steps exposures={answer.exposures} />}
          {answer.sealed && <Note icon="seal" level="h2" heading={texts.answer.sealed.heading}>{texts.answer.sealed.text}</Note>}
          {children}
          <Exchanges exchanges={answer.exchanges} />
          <Printed answer={answer} />
        </>
      )}
    </article>
  );
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

function Leaks({ answer }: { answer: Checked['answer'] }): VNode {
  const { texts } = useSpeech();
  return (
    <section class="leaks" aria-labelledby="leaks-heading">
      <h2 id="leaks-heading">{texts.answer.leaksHeading}</h2>
      <ol class="leak-list">
        {byDate(answer.exposures).map((exposure) => (
          <li key={exposure.breach.id}><LeakCard breach={exposure.breach} classes={exposure.classes} /></li>
        ))}
      </ol>
      <Note icon="person" level="h3" heading={texts.answer.notCustomer.heading}>{texts.answer.notCustomer.text}</Note>
    </section>
  );
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
