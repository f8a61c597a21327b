import type { VNode } from 'preact';
import { WatchPage } from './WatchPage';

export const island = (): VNode => <WatchPage />;
