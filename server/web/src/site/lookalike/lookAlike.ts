/** Does this site imitate a well-known one? Answered on the device, by the address alone. */
import { type DomainParts, lateRules } from '../../identifier';
import { inLetters } from './punycode';
import { skeleton } from './skeleton';
import { distance, isLikelySlip } from './slips';
import type { How, LookAlike } from './type';
import { isCheap, isDistinct, LURES, OTHERS, WELL_KNOWN } from './well-known';

/** A host and a well-known one, and what the rules compare of them. */
interface Pair {
  readonly host: string;
  readonly typed: DomainParts;
  readonly known: DomainParts;
  readonly site: string;
  /** Whether the ending is the known one, or one that imitations often have. */
  readonly isNear: boolean;
}

/** The surest sign first. */
const RULES: readonly (readonly [How, (pair: Pair) => boolean])[] = [['letters', hasLikeLetters], ['ending', hasOtherEnding], ['part', hasPart], ['slip', hasSlip]];

/** The well-known site that a host imitates; nothing for those sites themselves and whatever is below them. */
export function lookAlike(host: string, sites: readonly string[] = configured()): LookAlike | undefined {
  const isOwn = (site: string): boolean => host === site || host.endsWith(`.${site}`);
  const { domainParts } = lateRules();
  const typed = domainParts(host);
  if (!typed || [...sites, ...OTHERS].some(isOwn)) return undefined;
  const pairs = sites.flatMap((site) => pairOf(host, { ...typed, name: inLetters(typed.name) }, site));
  for (const [how, applies] of RULES) {
    const found = pairs.find(applies);
    if (found) return { of: found.site, how };
  }
  return undefined;
}

/** The sites that the operator has named, or else the usual ones. */
function configured(): readonly string[] {
  const named = document.querySelector<HTMLMetaElement>('meta[name="tekser-well-known"]')?.content.split(/[\s,]+/).filter((site) => site !== '') ?? [];
  return named.length > 0 ? named : WELL_KNOWN;
}

function pairOf(host: string, typed: DomainParts, site: string): Pair[] {
  const known = lateRules().domainParts(site);
  return known ? [{ host, typed, known, site, isNear: typed.suffix === known.suffix || isSuspect(typed) }] : [];
}

function isSuspect({ suffix, isPrivate }: DomainParts): boolean {
  return isPrivate || isCheap(suffix);
}

function hasLikeLetters({ typed, known }: Pair): boolean {
  return typed.name !== known.name && skeleton(typed.name) === skeleton(known.name);
}

function hasOtherEnding({ typed, known }: Pair): boolean {
  return typed.name === known.name && (isDistinct(known.name) || isSuspect(typed));
}

/** The shorter a name, the more names are near it that have nothing to do with it. */
function hasSlip({ typed, known, isNear }: Pair): boolean {
  const name = typed.name.replaceAll('-', '');
  const { length } = known.name;
  if (name === known.name) return name !== typed.name;
  if (Math.abs(name.length - length) > 2) return false;
  if (length >= 9) return distance(name, known.name) <= (isNear ? 2 : 1);
  if (length >= 6) return isNear && distance(name, known.name) <= 1;
  return isNear && isLikelySlip(name, known.name);
}

/** The whole address of the site before another one, or its name with a lure: `kaspi.kz.example.com`, `kaspi-bonus.kz`, `mykaspi.kz`. */
function hasPart({ host, typed, known, site, isNear }: Pair): boolean {
  const hyphenated = site.replaceAll('.', '-');
  if (`.${host}`.includes(`.${site}.`) || host.split('.').some((label) => `-${label}-`.includes(`-${hyphenated}-`))) return true;
  if (isDistinct(known.name) && isSuspect(typed) && host.split('.').slice(0, -typed.suffix.split('.').length - 1).includes(known.name)) return true;
  const words = typed.name.split('-');
  const alike = words.filter((word) => skeleton(word) === skeleton(known.name));
  if (alike.length > 0 && words.length > 1) return isDistinct(known.name) || words.some((word) => LURES.has(word)) || isSuspect(typed);
  return known.name.length >= 4 && (isDistinct(known.name) || isNear) && isWithLure(typed.name, known.name);
}

function isWithLure(name: string, known: string): boolean {
  const [plain, wanted] = [skeleton(name.replaceAll('-', '')), skeleton(known)];
  const place = plain.indexOf(wanted);
  if (place < 0) return false;
  const around = [plain.slice(0, place), plain.slice(place + wanted.length)].filter((part) => part !== '');
  return around.length > 0 && around.every((part) => SKELETONS_OF_LURES.has(part));
}

const SKELETONS_OF_LURES: ReadonlySet<string> = new Set([...LURES].map(skeleton));
