import type { VNode } from 'preact';

/** The short numbers that people are to call: police, National Bank, regulator of finance, KZ-CERT. 1414 is named as a sender of codes. */
const NUMBERS = /(?<![0-9])(102|1477|1459|1400)(?![0-9])/;

/** A text whose short telephone numbers can be called. */
export function Phones({ text }: { text: string }): VNode {
  return <>{text.split(NUMBERS).map((part, place) => (place % 2 === 1 ? <a key={place} href={`tel:${part}`}>{part}</a> : part))}</>;
}
