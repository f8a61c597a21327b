import type { VNode } from 'preact';
import type { Localised } from '../../protocol';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';

/** Which institutions answered together, and what that means. */
export function Together({ institutions }: { institutions: readonly Localised[] }): VNode | null {
  const { language, texts } = useSpeech();
  if (institutions.length === 0) return null;
  const names = institutions.map((name) => name[language]).join(', ');
  return <p class="promise"><Icon name="shield" /><span>{fill(texts.answer.institutions, { names })}</span></p>;
}
