/**
 * What is this value, written one way? The kinds of identifier, their normalisation (version 1) and the
 * recognition of what a person typed without saying what it is.
 *
 * The rules are those of `indexer/core/src/identifier`; both run `server/conformance/normalise*.json` and `recognise.json`. Text around a value is removed unless it may be part of it.
 */
export { KINDS, LEAK_KINDS, WARNING_KINDS, type Identifier, type Kind, type LeakKind } from './kind';
export { type Fault } from './verdict';
export { NORMALISATION_VERSION, normalise, oprfInput, type Normalised } from './normalise';
export { type Doubt, type Why } from './doubt';
export { type Reading } from './reading';
export { readingAs, recognise, type Nearest, type Recognised } from './recognise';
export { recogniseAll, type Entry } from './entry';
export { elementsOf } from './elements';
export { isLate, lateRules, loadLateRules } from './late-rules';
export type { DomainParts } from './late';
