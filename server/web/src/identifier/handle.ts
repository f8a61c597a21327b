/** Whose profile is it? Telegram, Instagram and WhatsApp, by `@name` or a link. */
import { readLink } from './link';
import { dialled } from './phone';
import { percentDecoded } from './spreadsheet';
import { accept, refuse, type Verdict } from './verdict';

const TELEGRAM = /^(?:t|telegram)\.me$/;
const INSTAGRAM = 'instagram.com';
const WHATSAPP = 'wa.me';
const WHATSAPP_SENDER = /^(?:api|web)\.whatsapp\.com$/;
/** Beginnings of Telegram's links to anything but a profile, long enough to be taken for a name. */
const NO_NAME = /^(?:add(?:emoji|list|stickers|theme)|boost|confirmphone|contact|giftcode|invoice|joinchat|login|proxy|share|socks)$/;

/** Whether profiles of all people have this host. */
export function isMessenger(host: string): boolean {
  return TELEGRAM.test(host) || WHATSAPP_SENDER.test(host) || host === INSTAGRAM || host === WHATSAPP;
}

/** `telegram/NAME`, `instagram/NAME` or `whatsapp/+E164`, of a link or of the value itself; `@name` is Telegram's. */
export function handle(cleaned: string): Verdict {
  const [, network, rest = ''] = /^(@|telegram\/|instagram\/|whatsapp\/\+|tg:\/\/resolve)(.*)$/is.exec(cleaned) ?? [];
  switch (network?.toLowerCase()) {
    case undefined:
      return linked(cleaned);
    case 'instagram/':
      return instagram(rest);
    case 'whatsapp/+':
      return whatsapp(rest);
    case 'tg://resolve':
      return telegram(parameter(rest.toLowerCase(), 'domain'));
    default:
      return telegram(rest);
  }
}

function linked(cleaned: string): Verdict {
  const link = readLink(cleaned);
  if (typeof link === 'string') return refuse('form');
  const host = link.host.replace(/^(?:www\.)+/, '');
  const path = link.rest.replace(/[?#].*$/s, '').replace(/^\/+|\/+$/g, '');
  // A page of the name, or one of its messages.
  if (TELEGRAM.test(host)) return telegram(path.replace(/^s\//, '').replace(/^([^/]*)\/[0-9]+$/, '$1'));
  if (host === INSTAGRAM) return instagram(path);
  if (host === WHATSAPP) return whatsapp(path.replace(/^\+/, ''));
  if (!WHATSAPP_SENDER.test(host) || path !== 'send') return refuse('form');
  return whatsapp(percentDecoded(parameter(link.rest, 'phone')).trimStart().replace(/^\++/, ''));
}

/** The value of a parameter after the `?` of a link. */
function parameter(rest: string, name: string): string {
  const [, query = ''] = /^[^?]*\?([^#]*)/.exec(rest) ?? [];
  return query.split('&').find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';
}

function telegram(written: string): Verdict {
  const name = written.toLowerCase();
  return /^[a-z][a-z0-9_]{3,31}$/.test(name) && !NO_NAME.test(name) ? accept(`telegram/${name}`) : refuse('form');
}

function instagram(written: string): Verdict {
  const name = written.toLowerCase();
  return /^[a-z0-9._]{1,30}$/.test(name) ? accept(`instagram/${name}`) : refuse('form');
}

/** The account of a number with its country code, without plus. */
function whatsapp(digits: string): Verdict {
  if (!/^[0-9]+$/.test(digits)) return refuse('form');
  const number = dialled(digits, true);
  return number === undefined ? refuse('not-possible') : accept(`whatsapp/${number}`);
}
