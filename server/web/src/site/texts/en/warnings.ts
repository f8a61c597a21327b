import type { WarningTexts } from '../warning-type';

export const warnings: WarningTexts = {
  heading: 'Warnings',
  things: {
    phone: { about: 'about this number', it: 'This number', not: 'This number' },
    email: { about: 'about this address', it: 'This address', not: 'This address' },
    iban: { about: 'about this account', it: 'This account', not: 'This account' },
    card: { about: 'about this card', it: 'This card', not: 'This card' },
    site: { about: 'about this website', it: 'This website', not: 'This website' },
    company: { about: 'about this company', it: 'This company', not: 'This company' },
    wallet: { about: 'about this wallet', it: 'This wallet', not: 'This wallet' },
    handle: { about: 'about this account', it: 'This account', not: 'This account' },
  },
  about: 'Warnings {about}',
  listed: {
    heading: '{it} is on a list of warnings',
    lead: 'This is a warning, not an accusation. The list may be wrong.',
    caution: {
      phone: 'A caller’s number can be forged. Its real owner may know nothing.',
      iban: 'The owner of the account may have been deceived too.',
      card: 'The owner of the card may have been deceived too.',
    },
  },
  unlisted: { heading: '{not} is on no list of warnings', lead: 'That proves nothing. Fraudsters change numbers, websites and accounts all the time.' },
  absent: 'Our lists have nothing of this kind yet. There was nothing to compare with.',
  site: 'We compare the whole website, not a single page of it.',
  entry: {
    reason: 'Reason in the list',
    since: 'Listed since: {date}',
    publisher: 'Who made the list: {publisher}',
    basis: 'Legal basis: {basis}',
    appeal: 'Is it a mistake? How to contest it: {host}',
  },
  reasons: {
    'financial-pyramid': 'signs of a financial pyramid',
    'phishing-site': 'a fake website that collects data',
    'spoofed-number': 'a forged number',
    'fraud-call': 'calls from fraudsters',
    'mule-account': 'other people’s money is moved through this account or card',
    'unlicensed-lender': 'lends money without a licence',
    'unlicensed-crypto-exchange': 'a crypto exchange without a licence',
    'fraud-wallet': 'fraudsters ask for transfers to this wallet',
  },
  actions: {
    heading: 'What to do',
    first: {
      phone: 'Hang up. Do not call back.',
      email: 'Do not answer. Do not open links or files from the message.',
      iban: 'Do not send money to this account.',
      card: 'Do not send money to this card.',
      site: 'Close the website. Type nothing there. Have you typed a password? Change it.',
      company: 'Do not pay and do not sign.',
      wallet: 'Do not send cryptocurrency. Such a transfer usually cannot be reversed.',
      handle: 'Do not answer and do not follow links.',
    },
    always: [
      'Do not pay. Tell nobody the codes from your text messages.',
      'Call the bank yourself, by the number on your card.',
      'Report it to the police: 102. Report it to the anti-fraud centre too: through your bank or the National Bank, 1477.',
      'Is the money gone? Inform the bank at once: the sooner, the better the chance to stop it.',
    ],
  },
  signs: {
    heading: 'Signs of fraud',
    of: {
      phone: [
        'They hurry you and ask you to keep it secret.',
        'They say that your money is in danger and must go to a “safe account”.',
        'They ask for a code from a text message, or to install an app.',
        'They say that they are a bank or the police. Those do not call for codes.',
      ],
      email: [
        'The address looks like a known one, but a letter differs.',
        'You are to log in, pay or open a file at once.',
        'The link leads to another website than the message says.',
      ],
      iban: [
        'The money is to go to a private person, not to a company.',
        'You were given one name, and the bank shows another.',
        'They hurry you: the price is for today, the item is the last.',
      ],
      card: [
        'The money is to go to the card of a stranger.',
        'You were given one name, and the bank shows another.',
        'They hurry you and refuse payment on delivery.',
      ],
      site: [
        'The address differs from the real one by a letter, a hyphen or its ending.',
        'It asks for a code from a text message, a password or all data of your card.',
        'It promises a payment, a prize or a price that is too low.',
        'You came by a link from a message or an advertisement.',
      ],
      company: [
        'It promises a high income without risk.',
        'It pays for new people whom you bring.',
        'It hurries you to pay and shows no licence.',
        'It takes cash, transfers to a private person or cryptocurrency.',
      ],
      wallet: [
        'They promise to double your cryptocurrency, or an income without risk.',
        'They ask for a “tax” or a “fee” before you can withdraw your money.',
        'The advice comes from a person whom you know by messages only.',
      ],
      handle: [
        'Your “boss”, a bank or the police writes from an unknown account.',
        'They ask for money, for a code, or for a vote by a link.',
        'They promise easy earnings, but you are to pay first.',
      ],
    },
  },
  lookalike: {
    heading: 'It looks like {site}, but it is another website',
    how: {
      letters: 'Some letters are replaced by similar ones.',
      slip: 'The address differs by one or two letters.',
      ending: 'The name is the same, but the ending differs.',
      part: 'The address contains the name of a well-known website.',
    },
    text: 'Well-known websites are often imitated in this way. The likeness alone proves nothing.',
    open: 'Do you need {site}? Type this address into the browser yourself.',
    device: 'Your device noticed the likeness. We do not learn of it.',
  },
  lists: {
    heading: 'Lists of warnings',
    lead: 'These are not leaks. They are lists of numbers, websites, companies and wallets that people are warned of.',
    reasons: 'What they warn of',
  },
};
