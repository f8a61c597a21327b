import { beforeAll, describe, expect, test } from 'vitest';

import { loadLateRules } from '../../src/identifier';
import { lookAlike } from '../../src/site/lookalike/lookAlike';
import { inLetters } from '../../src/site/lookalike/punycode';
import type { How } from '../../src/site/lookalike/type';
import { WELL_KNOWN } from '../../src/site/lookalike/well-known';

beforeAll(loadLateRules);

const ascii = (host: string): string => new URL(`http://${host}`).hostname;

test.each<[string, string, How]>([
  // Letters that look alike: Cyrillic, Kazakh, Greek, digits, accents, two for one.
  ['kаspi.kz', 'kaspi.kz', 'letters'],
  ['қaspi.kz', 'kaspi.kz', 'letters'],
  ['kәspi.kz', 'kaspi.kz', 'letters'],
  ['egөv.kz', 'egov.kz', 'letters'],
  ['ғorte.kz', 'forte.kz', 'letters'],
  ['halұkbank.kz', 'halykbank.kz', 'letters'],
  ['eпpf.kz', 'enpf.kz', 'letters'],
  ['krisңa.kz', 'krisha.kz', 'letters'],
  ['kaspl.kz', 'kaspi.kz', 'letters'],
  ['kasp1.com', 'kaspi.kz', 'letters'],
  ['eg0v.kz', 'egov.kz', 'letters'],
  ['káspi.kz', 'kaspi.kz', 'letters'],
  ['bεεline.kz', 'beeline.kz', 'letters'],
  // One or two slips.
  ['kapsi.kz', 'kaspi.kz', 'slip'],
  ['kaspii.kz', 'kaspi.kz', 'slip'],
  ['kaspy.kz', 'kaspi.kz', 'slip'],
  ['kaspo.kz', 'kaspi.kz', 'slip'],
  ['egob.kz', 'egov.kz', 'slip'],
  ['halikbank.kz', 'halykbank.kz', 'slip'],
  ['halyk-bank.kz', 'halykbank.kz', 'slip'],
  ['otbasibank.kz', 'otbasybank.kz', 'slip'],
  ['aliexpres.com', 'aliexpress.com', 'slip'],
  ['wildberrys.kz', 'wildberries.kz', 'slip'],
  // The same name with another ending.
  ['kaspi.com', 'kaspi.kz', 'ending'],
  ['kaspi.kz.com', 'kaspi.kz', 'part'],
  ['egov.site', 'egov.kz', 'ending'],
  ['olx.com.kz', 'olx.kz', 'ending'],
  ['kaspi.web.app', 'kaspi.kz', 'ending'],
  ['homebank.қаз', 'homebank.kz', 'ending'],
  // The name as a part.
  ['kaspi-bonus.kz', 'kaspi.kz', 'part'],
  ['mykaspi.kz', 'kaspi.kz', 'part'],
  ['kaspibonus.ru', 'kaspi.kz', 'part'],
  ['kаspi-bonus.com', 'kaspi.kz', 'part'],
  ['egov-kz.site', 'egov.kz', 'part'],
  ['olx-pay.kz', 'olx.kz', 'part'],
  ['kaspi.kz.example.com', 'kaspi.kz', 'part'],
  ['login.kaspi-kz.example.org', 'kaspi.kz', 'part'],
  ['kaspi.bonus-2026.top', 'kaspi.kz', 'part'],
  ['kgd-gov-kz.example.com', 'kgd.gov.kz', 'part'],
])('%s imitates %s by its %s', (typed, of, how) => {
  expect(lookAlike(ascii(typed), WELL_KNOWN)).toEqual({ of, how });
});

describe('nothing is said', () => {
  test.each(WELL_KNOWN)('of %s itself and what is below it', (site) => {
    for (const host of [site, `www.${site}`, `a.b.${site}`]) expect([host, lookAlike(host, WELL_KNOWN)]).toEqual([host, undefined]);
  });

  /** Sites that many people visit, here and elsewhere; each line a walk of life. */
  const COMMON = `
    google.com google.kz google.ru youtube.com facebook.com instagram.com whatsapp.com telegram.org x.com twitter.com tiktok.com vk.com ok.ru linkedin.com pinterest.com reddit.com discord.com zoom.us skype.com viber.com
    yandex.kz yandex.ru ya.ru dzen.ru mail.ru mail.kz rambler.ru bing.com yahoo.com duckduckgo.com baidu.com naver.com live.com outlook.com office.com microsoft.com apple.com icloud.com amazon.com ebay.com alibaba.com
    taobao.com temu.com shein.com iherb.com ozon.ru ozon.kz lamoda.kz lamoda.ru satu.kz flip.kz mechta.kz alser.kz shop.kz dns-shop.kz fora.kz meloman.kz marwin.kz leroymerlin.kz zara.com hm.com ikea.com adidas.com nike.com
    tengrinews.kz zakon.kz nur.kz inform.kz informburo.kz kapital.kz forbes.kz vlast.kz baq.kz qazinform.kz astanatimes.com khabar.kz 24.kz orda.kz stan.kz sputnik.kz kursiv.media inbusiness.kz lsm.kz egemen.kz
    gov.kz akorda.kz primeminister.kz parlam.kz sud.kz adilet.zan.kz stat.gov.kz enbek.kz hrhome.kz pki.gov.kz goszakup.gov.kz e-license.kz elicense.kz kundelik.kz edu.kz nis.edu.kz kaznu.kz enu.kz satbayev.university
    nu.edu.kz kbtu.kz aitu.edu.kz sdu.edu.kz narxoz.kz kimep.kz bolashak.gov.kz testcenter.kz daryn.online bilimland.kz coursera.org edx.org khanacademy.org wikipedia.org wikimedia.org duolingo.com udemy.com stepik.org
    freedombank.kz ffin.kz rbk.kz bankrbk.kz altynbank.kz citibank.com hsbc.com sberbank.ru vtb.ru tbank.ru alfabank.ru raiffeisen.ru nurbank.kz berekebank.kz home.kz shinhan.kz zamanbank.kz hcsbk.kz kdif.kz mygov.uz
    visa.com mastercard.com paypal.com wise.com revolut.com binance.com bybit.com okx.com coinbase.com kraken.com stripe.com westernunion.com moneygram.com tradingview.com investing.com bloomberg.com reuters.com
    airbnb.com booking.com agoda.com expedia.com skyscanner.com kayak.com flyarystan.com scat.kz qazaqair.com aeroflot.ru turkishairlines.com emirates.com lufthansa.com bilet.railways.kz railways.kz ktz.kz aviata.kz chocotravel.com
    2gis.kz 2gis.ru indriver.com uber.com bolt.eu wolt.com chocofood.kz choco.kz yandex.com gis.kz kolesa.ru force.com active.com susan.com forte.com krishna.com altec.com telecom.paris telekom.de cell.com beelink.com
    hh.kz hh.ru headhunter.kz rabota.kz enbek.gov.kz glassdoor.com indeed.com github.com gitlab.com stackoverflow.com npmjs.com python.org rust-lang.org mozilla.org w3.org docker.com kubernetes.io cloudflare.com openai.com
    bbc.com bbc.co.uk cnn.com nytimes.com theguardian.com dw.com rferl.org azattyq.org lenta.ru rbc.ru kommersant.ru ria.ru meduza.io euronews.com aljazeera.com lemonde.fr spiegel.de economist.com ft.com wsj.com
    kinopoisk.ru ivi.ru netflix.com spotify.com twitch.tv steampowered.com epicgames.com roblox.com minecraft.net playstation.com xbox.com nintendo.com imdb.com soundcloud.com deezer.com apple.co vimeo.com
    dostyk.kz magnum.kz small.kz arbuz.kz galmart.kz dodopizza.kz kfc.kz mcdonalds.com starbucks.com burgerking.kz invivo.kz kdlolymp.kz olymp.kz damumed.kz idoctor.kz europharma.kz biosfera.kz apteka.kz webmd.com who.int
    samsung.com xiaomi.com huawei.com lg.com sony.com dell.com hp.com lenovo.com asus.com intel.com nvidia.com amd.com canva.com figma.com notion.so trello.com slack.com dropbox.com adobe.com
    halkbank.com.tr halykfinance.kz kase.com egov.uk bcc.com olx.ua tele2.ru beeline.ru aliexpress.ru wildberries.ru kaz.kz kazakhtelecom.kz qazaqstan.tv nationalbank.com homebank.com.au activ.de enpf.org`
    .trim()
    .split(/\s+/);

  test('of sites that many people visit', () => {
    expect(new Set(COMMON).size).toBeGreaterThan(300);
    const alarms = COMMON.flatMap((host) => {
      const likeness = lookAlike(ascii(host), WELL_KNOWN);
      return likeness ? [`${host} ${likeness.how} ${likeness.of}`] : [];
    });
    expect(alarms).toEqual([]);
  });
});

test('letters of another script are read from ASCII as they were written', () => {
  for (const host of ['пример.қаз', 'kаspi.kz', 'bücher.example', 'ελλάδα.gr', 'example.kz', '例え.jp']) expect(inLetters(ascii(host))).toBe(host);
  for (const wrong of ['xn--.kz', 'xn--!!.kz', 'xn--99999999999.kz']) expect(inLetters(wrong)).toBe(wrong);
});

test('an operator can name other sites', () => {
  expect(lookAlike('example-bank.top', ['example.kz'])).toEqual({ of: 'example.kz', how: 'part' });
  expect(lookAlike('kaspi.com', ['example.kz'])).toBeUndefined();
});
