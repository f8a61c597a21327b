/** Every kind of identifier, in the order of the index's codes. */
export const KINDS = ['iin', 'phone', 'email', 'id_card', 'passport', 'iban', 'card', 'plate', 'login'] as const;

/** What an identifier is a number or name *of*. */
export type Kind = (typeof KINDS)[number];

/** A kind and a value in its normal form: what the index is asked for. */
export interface Identifier {
  readonly kind: Kind;
  readonly value: string;
}
