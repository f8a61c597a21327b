import type { Language } from '../languages';
import { texts as en } from './en';
import { catalogue as enCatalogue } from './en/catalogue';
import { shell as enShell } from './en/shell';
import { warnings as enWarnings } from './en/warnings';
import { notice as enNotice, watch as enWatch } from './en/watch';
import { texts as kk } from './kk';
import { catalogue as kkCatalogue } from './kk/catalogue';
import { shell as kkShell } from './kk/shell';
import { warnings as kkWarnings } from './kk/warnings';
import { notice as kkNotice, watch as kkWatch } from './kk/watch';
import { texts as ru } from './ru';
import { catalogue as ruCatalogue } from './ru/catalogue';
import { shell as ruShell } from './ru/shell';
import { warnings as ruWarnings } from './ru/warnings';
import { notice as ruNotice, watch as ruWatch } from './ru/watch';
import type { Texts } from './type';

/** Everything but the pages that are read, in each language. No browser loads it: a page's interactive part needs less. */
export const WHOLE: Record<Language, Texts> = {
  kk: { ...kk, shell: kkShell, catalogue: kkCatalogue, warnings: kkWarnings, watch: kkWatch, notice: kkNotice },
  ru: { ...ru, shell: ruShell, catalogue: ruCatalogue, warnings: ruWarnings, watch: ruWatch, notice: ruNotice },
  en: { ...en, shell: enShell, catalogue: enCatalogue, warnings: enWarnings, watch: enWatch, notice: enNotice },
};
