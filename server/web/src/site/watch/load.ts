import { useEffect, useState } from 'preact/hooks';
import { useSpeech } from '../language';
import type { Language } from '../languages';
import type { NoticeTexts, WatchTexts } from '../texts/watch-type';

const TEXTS: Record<Language, () => Promise<{ watch: WatchTexts; notice: NoticeTexts }>> = {
  kk: () => import('../texts/kk/watch'),
  ru: () => import('../texts/ru/watch'),
  en: () => import('../texts/en/watch'),
};

/** What is said where values are watched. */
export async function loadWatchTexts(language: Language): Promise<WatchTexts> {
  return (await TEXTS[language]()).watch;
}

/** The same for a component; nothing while it is on its way, as after a change of the language. */
export function useWatchTexts(): WatchTexts | undefined {
  const { language } = useSpeech();
  const [loaded, setLoaded] = useState<{ language: Language; texts: WatchTexts }>();
  useEffect(() => void loadWatchTexts(language).then((texts) => setLoaded({ language, texts }), () => undefined), [language]);
  return loaded?.language === language ? loaded.texts : undefined;
}
