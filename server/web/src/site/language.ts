import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Language } from './languages';
import type { Texts } from './texts/type';

/** What a component needs to speak: the language and its texts. */
export interface Speech {
  language: Language;
  texts: Texts;
}

export const SpeechContext = createContext<Speech | undefined>(undefined);

/** The speech of the page this component is on. */
export function useSpeech(): Speech {
  const speech = useContext(SpeechContext);
  if (!speech) throw new Error('a component was rendered outside SpeechContext');
  return speech;
}
