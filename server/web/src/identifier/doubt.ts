import { isDigits } from './clean';
import { domainDoubts } from './mail-domain';
import type { Identifier, Kind } from './kind';
import { lateRules } from './late-rules';
import { callingCode } from './shown';

/** What speaks against a reading that keeps all rules of its kind. */
export interface Doubt {
  readonly why: Why;
  /** The part of the value that is unusual: `+7 870`, `.con`. */
  readonly part?: string;
  /** What may have been meant, as a text for the field. */
  readonly instead?: string;
}

export type Why =
  /** A telephone number of another country, or with a code that nobody in Kazakhstan has. */
  | 'prefix'
  /** Ten digits that may be eleven with one missing: 7 777 … and 777 …. */
  | 'ten-digits'
  /** Twelve digits that begin like an organisation's, though they are not a BIN. */
  | 'business'
  /** An IIN whose first six digits are not a date. */
  | 'birth-date'
  /** A card of a length or a first digit that hardly any bank issues. */
  | 'card'
  /** An identity card whose number does not begin with zero, as Kazakhstan's do. */
  | 'id-card'
  /** A passport that is not N and eight digits, as Kazakhstan's are. */
  | 'passport'
  /** A plate of a region that there is not. */
  | 'region'
  /** The domain of an address is nearly, but not quite, one that many people use, or ends in an unusual way. */
  | 'domain'
  /** It is of no other kind, and a login may be anything. */
  | 'login';

type Rule = (value: string, cleaned: string) => readonly Doubt[];

const RULES: Readonly<Record<Kind, Rule>> = {
  iin: iinDoubts,
  phone: phoneDoubts,
  email: domainDoubts,
  id_card: (value) => when(!value.startsWith('0'), { why: 'id-card' }),
  passport: (value) => when(!/^N[0-9]{8}$/.test(value), { why: 'passport' }),
  iban: () => [],
  card: (value) => when(!USUAL_CARD.test(value), { why: 'card' }),
  plate: (value) => when(/[0-9]{2}$/.test(value) && !/(?:0[1-9]|1[0-9]|20)$/.test(value), { why: 'region' }),
  login: () => [{ why: 'login' }],
  site: (value) => when(!lateRules().hasKnownSuffix(value), { why: 'domain', part: value.slice(value.lastIndexOf('.')) }),
  company: () => [],
  wallet: () => [],
  handle: () => [],
};

/** Everything that speaks against reading `cleaned` as this identifier. */
export function doubtsAbout({ kind, value }: Identifier, cleaned: string): readonly Doubt[] {
  return RULES[kind](value, cleaned);
}

function when(condition: boolean, doubt: Doubt): readonly Doubt[] {
  return condition ? [doubt] : [];
}

/**
 * Codes of operators and cities in use: 70x and 747, 771, 775 to 778 (mobile), 71x, 72x and 736 (cities), 750, 751, 760 to
 * 764 (other networks). Number blocks without an operator, from which tests take theirs, are among 70x.
 */
const USUAL_CODE = /^7(?:[0-2][0-9]|36|47|5[01]|6[0-4]|7[15-8])/;

function phoneDoubts(value: string, cleaned: string): readonly Doubt[] {
  const [, code] = /^\+7([0-9]{3})/.exec(value) ?? [];
  if (code === undefined || !USUAL_CODE.test(code)) return [{ why: 'prefix', part: code === undefined ? callingCode(value) : `+7 ${code}` }];
  const digits = cleaned.replace(/[^0-9]/g, '');
  return when(digits.length === 10 && digits.startsWith('7') && USUAL_CODE.test(digits.slice(1)), { why: 'ten-digits' });
}

/** Visa, Mastercard, Mir and their like have sixteen digits, American Express fifteen, UnionPay up to nineteen. */
const USUAL_CARD = /^(?:[245689][0-9]{15}|3[47][0-9]{13}|62[0-9]{15,17})$/;

function iinDoubts(value: string): readonly Doubt[] {
  if (/[4-6]/.test(value.charAt(4))) return [{ why: 'business' }];
  return when(!isDate(value.slice(2, 4), value.slice(4, 6)), { why: 'birth-date' });
}

const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDate(month: string, day: string): boolean {
  return isDigits(month + day) && Number(day) >= 1 && Number(day) <= (DAYS[Number(month) - 1] ?? 0);
}
