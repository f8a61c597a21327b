import type { WarnedTexts } from '../warning-type';

export const warned: WarnedTexts = {
  summary: 'Check a call, a website, a company',
  text: 'The same field. Enter the number that called, the address of a website, a BIN, an account, a crypto wallet or a @name. We say whether it is on a list of warnings, and name the signs of fraud.',
  yours: 'Your data',
  listed: 'there is a warning',
};
