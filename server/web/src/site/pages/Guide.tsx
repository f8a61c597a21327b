import type { VNode } from 'preact';
import { partialDate } from '../format/date';
import { useSpeech } from '../language';
import { BESIDES, type Provenance, sourceIn, SOURCES } from '../steps/sources';
import { STEPS } from '../steps/steps';
import { StepArticle } from '../steps/StepArticle';
import type { FormLine, FormText, GuideText } from '../texts/prose';

/** Every step, for people who were found in no leak or cannot run the check. */
export function AllSteps(): VNode {
  const { texts } = useSpeech();
  return (
    <>
      <nav class="step-index" aria-label={texts.steps.heading}>
        <ol>{STEPS.map((step) => <li key={step}><a href={`#step-${step}`}>{texts.steps.texts[step].title}</a></li>)}</ol>
      </nav>
      <div class="step-list steps-read">{STEPS.map((step) => <StepArticle key={step} step={step} level="h2" />)}</div>
    </>
  );
}

/** Where the text of each step comes from, and when it was compared with that. */
export function StepSources({ guide }: { guide: GuideText }): VNode {
  const { texts } = useSpeech().texts.steps;
  const besides = guide.steps.sections.at(-1)?.heading ?? '';
  return (
    <div class="prose">
      <section>
        <h2>{guide.sources.heading}</h2>
        <p>{guide.sources.lead}</p>
        <dl class="sources">
          {STEPS.map((step) => <Sources key={step} title={texts[step].title} of={SOURCES[step]} text={guide.sources} />)}
          <Sources title={besides} of={BESIDES} text={guide.sources} />
        </dl>
      </section>
    </div>
  );
}

function Sources({ title, of: { sources, checked }, text }: { title: string; of: Provenance; text: GuideText['sources'] }): VNode {
  const { language } = useSpeech();
  return (
    <div>
      <dt>{title}</dt>
      <dd>{sources.map((source) => sourceIn(language, source)).join('; ') || text.general}. {text.checked} <time dateTime={checked}>{partialDate(language, checked)}</time></dd>
    </div>
  );
}

/**
 * Letters to be filled in and printed. The fields have no names and are in no form, so that a browser can neither send nor
 * keep them; without a program they can be filled in and printed as well.
 */
export function Letters({ text }: { text: GuideText['forms'] }): VNode {
  return <div class="letters" data-letters>{text.template.map((letter) => <Letter key={letter.id} letter={letter} print={text.print} />)}</div>;
}

function Letter({ letter, print }: { letter: FormText; print: string }): VNode {
  return (
    <section class="letter" id={letter.id} aria-labelledby={`heading-${letter.id}`}>
      <div class="letter-help">
        <h2 id={`heading-${letter.id}`}>{letter.heading}</h2>
        <p>{letter.help}</p>
      </div>
      <div class="letter-sheet">{letter.lines.map((line, place) => <Line key={place} line={line} />)}</div>
      <button type="button" class="button button-main letter-print" data-print={letter.id} hidden>{print}<span class="visually-hidden">: {letter.heading}</span></button>
    </section>
  );
}

function Line({ line }: { line: FormLine }): VNode {
  if (typeof line === 'string') return <p>{line}</p>;
  if ('title' in line) return <p class="letter-title">{line.title}</p>;
  const field = { autocomplete: 'off', spellcheck: false, 'data-1p-ignore': '', 'data-lpignore': 'true' };
  return (
    <label class="letter-field">
      <span>{line.field}</span>
      {line.rows ? <textarea rows={line.rows} defaultValue={line.value} {...field} /> : <input type="text" defaultValue={line.value} {...field} />}
    </label>
  );
}
