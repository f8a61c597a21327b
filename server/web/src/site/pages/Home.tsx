import type { VNode } from 'preact';
import { KINDS } from '../../identifier';
import { Check } from '../check/Check';
import { Given } from '../filled';
import { useSpeech } from '../language';
import { pathOf } from '../paths';
import { Icon } from '../shell/Icon';
import { SCENES } from '../shell/Illustration';
import { NoScript, Unable } from '../shell/Unable';
import type { HomeText } from '../texts/prose';

/** The check, and why one can trust it. */
export function Home({ text }: { text: HomeText }): VNode {
  const { language, texts } = useSpeech();
  return (
    <>
      <section class="hero">
        <div class="hero-inner">
          <h1>{texts.check.heading}</h1>
          <p class="lead">{texts.check.lead}</p>
          <NoScript />
          <Unable why="oldBrowser" />
          <Unable why="broken" />
          <div class="island" data-island="check"><Check /></div>
        </div>
      </section>
      <div class="home-more">
        <section class="why" aria-labelledby="why">
          <h2 id="why">{text.why.heading}</h2>
          <ol class="why-steps">
            {text.why.steps.map(({ title, text: words }, index) => {
              const Scene = SCENES[index];
              return (
                <li key={title}>
                  {Scene && <Scene />}
                  <h3>{title}</h3>
                  <p>{words}</p>
                </li>
              );
            })}
          </ol>
          <Given name="retrieval"><p>{text.why.together}</p></Given>
          <p><a class="onward" href={pathOf(language, 'how')}>{text.why.more}</a></p>
        </section>
        <section class="kinds" aria-labelledby="kinds">
          <h2 id="kinds">{text.kinds.heading}</h2>
          <p>{text.kinds.lead}</p>
          <ul>
            {KINDS.map((kind) => <li key={kind}><button type="button" data-kind={kind}><Icon name={kind} />{texts.names.kinds[kind]}</button></li>)}
          </ul>
        </section>
        <section class="not" aria-labelledby="not">
          <h2 id="not">{text.not.heading}</h2>
          <dl>
            {text.not.points.map(({ title, text: words }) => (
              <div key={title}>
                <dt>{title}</dt>
                <dd>{words}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </>
  );
}
