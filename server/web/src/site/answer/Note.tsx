import type { ComponentChildren, VNode } from 'preact';
import { Icon, type IconName } from '../shell/Icon';

interface Properties {
  icon: IconName;
  heading: string;
  children: ComponentChildren;
}

/** Something worth knowing beside the answer. */
export function Note({ icon, heading, children }: Properties): VNode {
  return (
    <aside class="note" aria-label={heading}>
      <Icon name={icon} />
      <div>
        <h3 class="note-heading">{heading}</h3>
        <p>{children}</p>
      </div>
    </aside>
  );
}
