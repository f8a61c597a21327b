/** The kinds of identifier that people have. */
export const LEAK_KINDS = ['iin', 'phone', 'email', 'id_card', 'passport', 'iban', 'card', 'plate', 'login'] as const;
/** What people are warned of, in addition to telephone numbers, accounts, cards and addresses. */
export const WARNING_KINDS = ['site', 'company', 'wallet', 'handle'] as const;
/** Every kind of identifier, in the order of the index's codes. */
export const KINDS = [...LEAK_KINDS, ...WARNING_KINDS] as const;

/** What an identifier is a number or name *of*. */
export type Kind = (typeof KINDS)[number];
export type LeakKind = (typeof LEAK_KINDS)[number];

/** A kind and a value in its normal form: what the index is asked for. */
export interface Identifier {
  readonly kind: Kind;
  readonly value: string;
}
