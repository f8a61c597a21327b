import type { VNode } from 'preact';
import { useShell, useSpeech } from '../language';
import { pathOf } from '../paths';
import { Icon } from './Icon';

/** Says honestly why the check needs a program. */
export function NoScript(): VNode {
  const { language } = useSpeech();
  const { noScript } = useShell();
  return (
    <noscript>
      <div class="unable">
        <Icon name="warning" />
        <h2>{noScript.heading}</h2>
        <p>{noScript.text}</p>
        <p><a href={pathOf(language, 'how')}>{noScript.link}</a></p>
      </div>
    </noscript>
  );
}

/** Shown by style sheet where `before-paint.js` finds the browser unable, or a program has not arrived. */
export function Unable({ why }: { why: 'oldBrowser' | 'broken' }): VNode {
  const { heading, text } = useShell()[why];
  return (
    <div class={`unable unable-${why}`}>
      <Icon name="warning" />
      <h2>{heading}</h2>
      <p>{text}</p>
    </div>
  );
}
