import type { VNode } from 'preact';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';

/** Several values at once, and a word for those who check for a child or for their parents. */
export function Others(): VNode {
  const { others } = useSpeech().texts.reading;
  return (
    <details class="others">
      <summary>{others.summary}<Icon name="chevron" /></summary>
      <p>{others.several}</p>
      <p>{others.whose}</p>
      <p>{others.child}</p>
    </details>
  );
}
