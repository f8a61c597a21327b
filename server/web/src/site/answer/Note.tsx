import type { ComponentChildren, VNode } from 'preact';
import { Icon, type IconName } from '../shell/Icon';

interface Properties {
  icon: IconName;
  level: 'h2' | 'h3';
  heading: string;
  children: ComponentChildren;
}

/** Something worth knowing in addition to the answer. */
export function Note({ icon, level: Heading, heading, children }: Properties): VNode {
  return (
    <aside class="note" aria-label={heading}>
      <Icon name={icon} />
      <div>
        <Heading class="note-heading">{heading}</Heading>
        <p>{children}</p>
      </div>
    </aside>
  );
}
