import type { VNode } from 'preact';
import { Given, placeOf } from '../filled';
import { useShell, useSpeech } from '../language';
import { feedOf, type Page, PAGES, pathOf } from '../paths';
import { Phones } from '../steps/Phones';
import { THEMES } from './theme';

/** Who runs the site, where it is at home, and how to reach them. */
export function Operator(): VNode {
  const { operator } = useShell();
  return (
    <Given name="operator" otherwise={<p>{operator.unnamed}</p>}>
      <p>
        {operator.heading}: {placeOf('operator.name')}. {operator.address}: <a href={placeOf('operator.address')}>{placeOf('operator.address')}</a>. {operator.contact}:{' '}
        <a href={placeOf('operator.contact')}>{placeOf('operator.contact-text')}</a>.
      </p>
    </Given>
  );
}

export function Footer({ page }: { page: Page | undefined }): VNode {
  const { language } = useSpeech();
  const shell = useShell();
  return (
    <footer class="footer">
      <div class="footer-inner">
        <nav id="sections" tabIndex={-1} aria-label={shell.footerNavigation}>
          <ul>
            {PAGES.map((other) => (
              <li key={other}>
                <a href={pathOf(language, other)} aria-current={other === page ? 'page' : undefined}>{shell.pages[other]}</a>
              </li>
            ))}
            <li>
              <a href={feedOf(language)} type="application/atom+xml">{shell.feed}</a>
            </li>
          </ul>
        </nav>
        <div class="footer-words">
          <p>{shell.footer}</p>
          <p><Phones text={shell.police} /></p>
          <Operator />
        </div>
        <fieldset class="themes" data-themes hidden>
          <legend>{shell.theme}</legend>
          {THEMES.map((theme) => (
            <label key={theme}>
              <input type="radio" name="theme" value={theme} checked={theme === 'auto'} />
              <span>{shell.themes[theme]}</span>
            </label>
          ))}
        </fieldset>
      </div>
    </footer>
  );
}
