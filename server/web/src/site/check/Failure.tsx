import type { VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { useFocus } from './useFocus';
import { useOnline } from './useOnline';
import type { FailureCode } from './visit';

type Heading = 'refused' | 'network' | 'server';

const HEADINGS: Partial<Record<FailureCode, Heading>> = {
  signature: 'refused', proof: 'refused', path: 'refused', range: 'refused', key: 'refused',
  server: 'server', malformed: 'server', version: 'server', unavailable: 'server', retired: 'server',
};

interface Properties {
  code: FailureCode;
  onAgain(): void;
  onChange(): void;
}

/** Why there is no answer, and what the person can do. */
export function Failure({ code, onAgain, onChange }: Properties): VNode {
  const { failure } = useSpeech().texts;
  const heading = useFocus<HTMLHeadingElement>();
  const online = useOnline();
  const wasOffline = useRef(false);
  if (!online) wasOffline.current = true;
  const why = HEADINGS[code] ?? 'network';
  return (
    <section class="failure" data-why={why} aria-labelledby="failure-heading">
      <Icon name={why === 'refused' ? 'refused' : code === 'offline' ? 'offline' : 'warning'} />
      <h1 id="failure-heading" ref={heading} tabIndex={-1}>{failure.headings[why]}</h1>
      <p role="alert">{failure.texts[code] ?? failure.texts.unknown}</p>
      <p>{failure.nothingSent}</p>
      <p role="status">{online && wasOffline.current ? failure.online : ''}</p>
      <div class="buttons">
        <button class="button button-main" type="button" onClick={onAgain}>{failure.again}</button>
        <button class="button" type="button" onClick={onChange}>{failure.change}</button>
      </div>
    </section>
  );
}
