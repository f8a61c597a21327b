import type { VNode } from 'preact';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';

/** The same field answers another question: who called, what is this site? */
export function Warned(): VNode {
  const { warned } = useSpeech().texts;
  return (
    <details class="others">
      <summary>{warned.summary}<Icon name="chevron" /></summary>
      <p>{warned.text}</p>
    </details>
  );
}
