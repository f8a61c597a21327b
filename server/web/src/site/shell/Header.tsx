import type { VNode } from 'preact';
import { useShell, useSpeech } from '../language';
import { type Language, LANGUAGE_NAMES, LANGUAGES } from '../languages';
import { MAIN_PAGES, type Page, pathOf } from '../paths';
import { Icon } from './Icon';
import { Logo } from './Logo';

/** What a language is called where there is little room. */
const SHORT = { kk: 'Қаз', ru: 'Рус', en: 'Eng' } as const;

interface Properties {
  page: Page | undefined;
  /** Where this page is in each language, if it is anywhere. */
  address: ((language: Language) => string) | undefined;
}

export function Header({ page, address = (other) => pathOf(other, 'home') }: Properties): VNode {
  const { language } = useSpeech();
  const shell = useShell();
  return (
    <header class="header">
      <a class="brand" href={pathOf(language, 'home')} aria-label={shell.homeLabel}><Logo /><span>Tekser</span></a>
      <nav class="sections" aria-label={shell.navigation}>
        <ul>
          {MAIN_PAGES.map((other) => (
            <li key={other}>
              <a href={pathOf(language, other)} aria-current={other === page ? 'page' : undefined}>{shell.pages[other]}</a>
            </li>
          ))}
        </ul>
      </nav>
      <nav class="languages" aria-label={shell.languages}>
        <ul>
          {LANGUAGES.map((other) => (
            <li key={other}>
              <a
                href={address(other)}
                lang={other}
                hreflang={other}
                aria-label={`${SHORT[other]}, ${LANGUAGE_NAMES[other]}`}
                aria-current={other === language ? 'true' : undefined}
              >
                {SHORT[other]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <a class="menu" href="#sections" aria-label={shell.navigation}><Icon name="menu" /></a>
    </header>
  );
}
