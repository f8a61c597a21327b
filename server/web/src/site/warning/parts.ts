/** What is known about this caller, site, company, wallet or account? Loaded late, in one piece. */
export { lookAlike } from '../lookalike/lookAlike';
export { WarningLists } from './WarningLists';
export { Warnings } from './Warnings';
