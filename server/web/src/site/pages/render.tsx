import type { VNode } from 'preact';
import { Catalogue } from '../catalogue/Catalogue';
import { Totals } from '../catalogue/Totals';
import { useShell } from '../language';
import type { Page } from '../paths';
import { NoScript } from '../shell/Unable';
import type { Prose } from '../texts/prose';
import { AllSteps, Letters, StepSources } from './Guide';
import { Home } from './Home';
import { PageHead, Sections } from './Prose';

interface Properties {
  page: Page;
  prose: Prose;
}

/** The content of the `main` of a page. */
export function PageBody({ page, prose }: Properties): VNode {
  const text = prose.pages[page];
  if (page === 'home') return <Home text={prose.home} />;
  return (
    <div class="page">
      <PageHead text={text} />
      {page === 'leaks' && <Live island="catalogue"><Catalogue /></Live>}
      {page === 'steps' && <AllSteps />}
      {page === 'letters' && <Letters text={prose.guide.forms} />}
      {page === 'watch' && <><NoScript /><div class="island island-live watch-place" data-island="watch" /></>}
      {page === 'press' && <Live island="totals"><Totals /></Live>}
      <Sections sections={text.sections} />
      {page === 'experts' && <StepSources guide={prose.guide} />}
    </div>
  );
}

/** A part that shows what the server has now; without a program there is the raw list. */
function Live({ island, children }: { island: string; children: VNode }): VNode {
  const shell = useShell();
  return (
    <>
      <noscript><p><a href="/v1/breaches">{shell.pages.leaks}: JSON</a></p></noscript>
      <div class="island island-live" data-island={island}>{children}</div>
    </>
  );
}
