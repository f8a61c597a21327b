import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from './languages';
import type { CatalogueTexts, IslandTexts, ShellTexts, Texts } from './texts/type';

/** What a component needs to speak: the language and its texts. */
export interface Speech {
  language: Language;
  texts: IslandTexts;
}

/** The speech of a page; the texts that not every part needs are there where they are loaded. */
export interface PageSpeech extends Speech {
  texts: IslandTexts & Partial<Texts>;
}

export const SpeechContext = createContext<PageSpeech | undefined>(undefined);

/** The speech of the page this component is on. */
export function useSpeech(): Speech {
  return usePageSpeech();
}

/** The texts around the content, for the prerenderer only: no browser loads them as a program. */
export function useShell(): ShellTexts {
  return loaded(usePageSpeech().texts.shell);
}

/** The texts about the catalogue, which only its own interactive parts load. */
export function useCatalogueTexts(): CatalogueTexts {
  return loaded(usePageSpeech().texts.catalogue);
}

function usePageSpeech(): PageSpeech {
  return loaded(useContext(SpeechContext));
}

function loaded<Thing>(thing: Thing | undefined): Thing {
  if (!thing) throw new Error('a component was rendered without its texts');
  return thing;
}
