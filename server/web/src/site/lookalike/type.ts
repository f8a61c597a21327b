/** How an address imitates a well-known one. */
export type How =
  /** By letters that look alike. */
  | 'letters'
  /** By a slip of one or two letters. */
  | 'slip'
  /** The same name with another ending. */
  | 'ending'
  /** The known name is a part of it. */
  | 'part';

/** A well-known site, and how an address imitates it. */
export interface LookAlike {
  readonly of: string;
  readonly how: How;
}
