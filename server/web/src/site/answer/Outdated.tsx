import type { VNode } from 'preact';
import { useSpeech } from '../language';
import { outdated } from '../texts/outdated';

/** That the service means to stop serving pages of this version, and what the person can do. */
export function Outdated(): VNode {
  return <p class="note" role="status">{outdated[useSpeech().language]}</p>;
}
