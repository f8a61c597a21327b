import type { VNode } from 'preact';
import { useSpeech } from '../language';
import { Icon } from './Icon';

/** Leads to another page of the site without closing this one: an answer is in the memory of its page only. */
export function NewTabLink({ href, children }: { href: string; children: string }): VNode {
  const { newTab } = useSpeech().texts.steps;
  return <a class="portal" href={href} target="_blank" rel="noopener"><Icon name="external" />{children}<span class="visually-hidden"> ({newTab})</span></a>;
}
