import type { VNode } from 'preact';
import { Catalogue } from './Catalogue';

export const island = (): VNode => <Catalogue />;
