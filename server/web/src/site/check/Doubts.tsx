import type { VNode } from 'preact';
import type { Doubt, Reading } from '../../identifier';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';

interface Properties {
  reading: Reading;
  onConfirm(): void;
  onInstead(text: string): void;
}

/** What speaks against a reading, and the ways on: to say that it is right, or to take what was probably meant. */
export function Doubts({ reading, onConfirm, onInstead }: Properties): VNode {
  const { reading: texts } = useSpeech().texts;
  return (
    <div class="doubts" role="group" aria-labelledby="doubts-heading" tabIndex={-1}>
      <Icon name="warning" />
      <div>
        <p><strong id="doubts-heading">{texts.doubtsHeading}</strong></p>
        {reading.doubts.map((doubt) => <p key={doubt.why}><DoubtText doubt={doubt} /></p>)}
        <div class="buttons">
          {reading.doubts.map(({ instead }) => instead !== undefined && <Instead key={instead} text={instead} onInstead={onInstead} />)}
          <button class="button" type="button" onClick={onConfirm}>{texts.confirm}</button>
        </div>
      </div>
    </div>
  );
}

export function DoubtText({ doubt: { why, part = '' } }: { doubt: Doubt }): VNode {
  const { reading } = useSpeech().texts;
  return <>{fill(reading.doubts[why], { part })}</>;
}

/** Puts what was probably meant into the field, and sends nothing. */
export function Instead({ text, onInstead }: { text: string; onInstead(text: string): void }): VNode {
  const { reading } = useSpeech().texts;
  return <button class="button button-instead" type="button" onClick={() => onInstead(text)}>{fill(reading.instead, { text })}</button>;
}
