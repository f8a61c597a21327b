/**
 * Sites that are imitated, by the domain that people know. An operator may name others (`--well-known-site`), which take the
 * place of these.
 */
export const WELL_KNOWN: readonly string[] = [
  'kaspi.kz', 'egov.kz', 'halykbank.kz', 'homebank.kz', 'bcc.kz', 'jusan.kz', 'forte.kz', 'otbasybank.kz', 'eubank.kz', 'bankffin.kz', 'enpf.kz', 'kgd.gov.kz', 'nationalbank.kz', 'kase.kz', 'olx.kz', 'krisha.kz',
  'kolesa.kz', 'beeline.kz', 'kcell.kz', 'activ.kz', 'tele2.kz', 'altel.kz', 'telecom.kz', 'airastana.com', 'aliexpress.com', 'wildberries.kz', 'technodom.kz', 'sulpak.kz', 'glovoapp.com', 'indrive.com',
];

/** Other sites with the same or similar names: these are not pointed out. */
export const OTHERS: readonly string[] = [
  'aliexpress.ru', 'aliexpress.us', 'wildberries.ru', 'wildberries.by', 'wildberries.am', 'wildberries.kg', 'wildberries.ge', 'wildberries.uz', 'indriver.com', 'halkbank.com.tr', 'halkbank.mk', 'halykfinance.kz', 'halyklife.kz',
];

/** Names that are words, or that other companies have as well: with another usual ending they rightfully belong to others. */
const COMMON: ReadonlySet<string> = new Set(['forte', 'activ', 'telecom', 'kase', 'olx', 'bcc', 'kgd', 'egov', 'enpf', 'beeline', 'tele2', 'altel', 'kolesa', 'krisha', 'homebank', 'nationalbank', 'eubank', 'indrive']);

/** Whether a name means one site wherever it occurs. */
export function isDistinct(name: string): boolean {
  return name.length >= 5 && !COMMON.has(name);
}

/** Endings that anybody can have today for little money. */
const CHEAP = /^(?:site|online|store|shop|top|xyz|icu|vip|club|info|live|pro|click|link|space|website|fun|cc|pw|tk|ml|ga|cf|gq|buzz|life|world|biz|ltd|bond|sbs|cfd|cyou|rest|lol|mom|help|support|bonus|(?:com|org|net)\.kz|xn--80ao21a)$/;

/** Whether imitations often have this ending. */
export function isCheap(suffix: string): boolean {
  return CHEAP.test(suffix);
}

/** What is added to a name to make people trust or hurry. */
export const LURES: ReadonlySet<string> = new Set([
  'bank', 'kz', 'kaz', 'pay', 'bonus', 'gold', 'red', 'login', 'lk', 'id', 'kredit', 'credit', 'nesie', 'qr', 'help', 'support', 'secure', 'verify', 'gov', 'otp', 'promo', 'gift', 'prize', 'win', 'card', 'karta', 'invest', 'online',
  'my', 'mobile', 'app', 'club', 'vip', 'service', 'oplata', 'dostavka', 'delivery', 'order', 'safe', 'official', 'cabinet', 'kabinet', 'account', 'refund', 'vozvrat', 'tolem', 'sale', 'market', 'business',
]);
