import type { VNode } from 'preact';
import { fill } from '../format/plural';
import type { LookAlike } from '../lookalike/type';
import { Icon } from '../shell/Icon';
import type { WarningTexts } from '../texts/warning-type';

interface Properties {
  likeness: LookAlike;
  texts: WarningTexts;
  level: 'h2' | 'h3';
}

/** Which well-known site an address imitates. */
export function LookAlikeNote({ likeness: { of: site, how }, texts: { lookalike }, level: Heading }: Properties): VNode {
  return (
    <aside class="lookalike" aria-label={fill(lookalike.heading, { site })}>
      <Icon name="eye" />
      <div>
        <Heading>{fill(lookalike.heading, { site })}</Heading>
        <p>{lookalike.how[how]} {lookalike.text}</p>
        <p><strong>{fill(lookalike.open, { site })}</strong></p>
        <p class="quiet">{lookalike.device}</p>
      </div>
    </aside>
  );
}
