import type { ComponentChildren, VNode } from 'preact';

/**
 * Places that only a running server can fill, such as who operates it, in the notation of Mustache: `{{name}}` is replaced by
 * an escaped text, `{{#name}}…{{/}}` stays if the name has one, `{{^name}}…{{/}}` if it has none. Of several names in a
 * section one is enough. `server/src/site/template.rs` fills them, in development `prerender/fill.ts`.
 */
export function placeOf(name: string): string {
  return `{{${name}}}`;
}

interface Properties {
  /** A name, or several with spaces between. */
  name: string;
  otherwise?: ComponentChildren;
  children?: ComponentChildren;
}

/** Shows its children where the server has a text of this name. */
export function Given({ name, otherwise, children }: Properties): VNode {
  return (
    <>
      {children !== undefined && <>{`{{#${name}}}`}{children}{'{{/}}'}</>}
      {otherwise !== undefined && <>{`{{^${name}}}`}{otherwise}{'{{/}}'}</>}
    </>
  );
}
