import type { VNode } from 'preact';
import { Check } from './Check';

export const island = (): VNode => <Check />;
