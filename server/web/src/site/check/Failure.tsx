import type { ComponentChildren, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { useSpeech } from '../language';
import { Icon } from '../shell/Icon';
import { useFocus } from './useFocus';
import { useOnline } from './useOnline';
import type { FailureCode } from './visit';

type Heading = 'refused' | 'network' | 'server';

const HEADINGS: Partial<Record<FailureCode, Heading>> = {
  signature: 'refused', proof: 'refused', path: 'refused', range: 'refused', key: 'refused', private: 'refused',
  server: 'server', malformed: 'server', version: 'server', unavailable: 'server', retired: 'server', rekeyed: 'server', expired: 'server', older: 'server',
};

interface Properties {
  code: FailureCode;
  onAgain(): void;
  onChange(): void;
  onClear(): void;
  /** What else the person can do. */
  children?: ComponentChildren;
}

/** Why there is no answer, and what the person can do. */
export function Failure({ code, onAgain, onChange, onClear, children }: Properties): VNode {
  const { answer, failure, reading } = useSpeech().texts;
  const heading = useFocus<HTMLHeadingElement>();
  const online = useOnline();
  const wasOffline = useRef(false);
  if (!online) wasOffline.current = true;
  const why = HEADINGS[code] ?? 'network';
  // Whether it was the connection is known to the device only; a server that is down looks the same from here.
  const isDown = code === 'offline' && online && !wasOffline.current;
  return (
    <section class="failure" data-why={why} aria-labelledby="failure-heading">
      <Icon name={why === 'refused' ? 'refused' : code === 'offline' ? 'offline' : 'warning'} />
      <h1 id="failure-heading" ref={heading} tabIndex={-1}>{failure.headings[why]}</h1>
      <p role="alert">{isDown ? reading.failure.down : (failure.texts[code] ?? failure.texts.unknown)}</p>
      <p>{failure.nothingSent}</p>
      <p role="status">{online && wasOffline.current ? failure.online : ''}</p>
      <div class="buttons">
        {code === 'signature' ? (
          // An unsigned list is not asked again: the page asks the person to type nothing more here.
          <button class="button button-main" type="button" onClick={onClear}>{answer.next.clear}</button>
        ) : (
          <>
            <button class="button button-main" type="button" onClick={onAgain}>{failure.again}</button>
            <button class="button" type="button" onClick={onChange}>{failure.change}</button>
          </>
        )}
      </div>
      {children}
    </section>
  );
}
