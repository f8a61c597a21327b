import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { number } from '../format/number';
import { fill } from '../format/plural';
import { useSpeech } from '../language';
import type { Offer } from './visit';

interface Properties {
  offer: Offer;
  /** Whether other values were asked about together with this one. */
  isOneOfSeveral: boolean;
  /** Whether the range server has already been asked alone during this visit. */
  isSecond: boolean;
  onAgree(): void;
}

/** Asks, after private retrieval failed, whether one institution may be asked alone, and says what it would learn from that. */
export function PlainWay({ offer: { ranges, reading }, isOneOfSeveral, isSecond, onAgree }: Properties): VNode {
  const { language, texts } = useSpeech();
  const { plain } = texts.failure;
  const [isDeclined, setDeclined] = useState(false);
  const declined = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => declined.current?.focus(), [isDeclined]);
  if (isDeclined) return <p class="plain-way" ref={declined} tabIndex={-1}>{plain.declined}</p>;
  return (
    <section class="plain-way" aria-labelledby="plain-heading">
      <h2 id="plain-heading">{plain.heading}</h2>
      {isOneOfSeveral && <p>{texts.names.kinds[reading.kind]} <b class="value">{reading.shown}</b></p>}
      <p>{plain.lead}</p>
      <p>{ranges > 1 ? fill(plain.learns, { n: number(language, ranges) }) : plain.only}</p>
      {isSecond && ranges > 1 && <p>{plain.second}</p>}
      <div class="buttons">
        <button class="button" type="button" onClick={onAgree}>{plain.agree}</button>
        <button class="button" type="button" onClick={() => setDeclined(true)}>{plain.decline}</button>
      </div>
    </section>
  );
}
