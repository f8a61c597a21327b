/** The rule of normalisation that a text broke, or what the text is instead of an identifier. It never carries the text. */
export type Fault =
  /** The text is empty after cleaning. */
  | 'empty'
  /** More than 1,024 bytes. */
  | 'too-long'
  /** A character this kind cannot have. */
  | 'characters'
  /** The wrong number of digits or characters. */
  | 'length'
  /** The digits and letters are not where this kind has them. */
  | 'form'
  /** The check digit, the Luhn sum or the IBAN's check number does not fit. */
  | 'check-digit'
  /** An IIN whose seventh digit is not 0 to 6. */
  | 'seventh-digit'
  /** No telephone number, or one of a length that its country does not have. */
  | 'not-possible'
  /** Five to seven digits: a telephone number without the code of its city or operator. */
  | 'local-only'
  /** A number in scientific notation that lost more than one digit. */
  | 'digits-lost'
  /** The part of an e-mail address before the @. */
  | 'local-part'
  /** The part of an e-mail address after the @, or what cannot be a site's domain. */
  | 'domain'
  /** An IBAN of another country. */
  | 'country'
  /** A person's name. */
  | 'name'
  /** A link to a profile, which is not a site. */
  | 'profile'
  /** An e-mail address without @, or with the sign in words. */
  | 'at-sign'
  /** A number with a letter among its digits. */
  | 'letters'
  /** Several values, and it is not clear where one ends. */
  | 'many';

/** What the rules of one kind say of a text: its normal form, or the rule that it broke. */
export type Verdict = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly fault: Fault };

/** The text has this normal form. */
export const accept = (value: string): Verdict => ({ ok: true, value });

/** The text broke this rule. */
export const refuse = (fault: Fault): Verdict => ({ ok: false, fault });
