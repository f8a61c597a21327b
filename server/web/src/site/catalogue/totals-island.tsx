import type { VNode } from 'preact';
import { Totals } from './Totals';

export const island = (): VNode => <Totals />;
