import type { AnswerTexts, ExchangeTexts } from '../type';

export const answer: AnswerTexts = {
  checked: 'Checked',
  notFound: {
    heading: 'It is not in the leaks we know',
    lead: 'We compared it with every leak in our list. A new one may appear tomorrow.',
    meansHeading: 'What this means and what it does not',
    means: [
      'We compared exactly what you typed. Your other numbers and addresses need a check of their own.',
      'We do not know every leak. Some have not been reported yet.',
      'A new leak may appear tomorrow. Look again in a few months, or when you hear news of one.',
    ],
  },
  found: {
    heading: { one: 'Found in {n} leak', other: 'Found in {n} leaks' },
    lead: 'This is not your fault. Below is what leaked and what to do, the most important first.',
  },
  watch: 'Let this device watch for the next leak',
  compared: 'Compared with the list of {date}.',
  leaksHeading: 'Where it was found',
  together: 'What leaked together with this number',
  records: { one: '{n} record (claimed)', other: '{n} records (claimed)' },
  added: 'Listed since {date}',
  source: 'Source: {host}',
  date: 'Became known',
  statusMeaning: 'What this means',
  notCustomer: {
    heading: 'You may never have been a customer',
    text: 'A number gets into other people’s files in many ways: a relative or an employer gave it, the phone number had an owner before you, or the file was put together from other leaks. A record in a file does not mean that you signed anything there.',
  },
  sealed: {
    heading: 'Some leaks are never shown to anybody',
    text: 'Some leaks have health data or other facts that can be used to bully or blackmail a person. Anyone can type your number here, so this site shows those leaks to nobody. “Not found” says nothing about them.',
    own: 'See those with your own data',
    ask: 'With your ID card you can ask about them at a public service centre (ЦОН/ХҚКО).',
  },
  next: {
    heading: 'What next',
    another: 'Check something else',
    print: 'Print',
    clear: 'Clear everything',
    clearNote: 'Clears the answers, the list of checks and the ticks of steps on this device.',
    cleared: 'Answers and ticks are gone. The browser’s history still shows that you opened this site.',
    history: 'Checked during this visit',
    historyNote: 'The list is only in this tab’s memory and goes when you close it.',
    twice: {
      heading: 'If you check another number too',
      text: 'In every check, the institution that serves the lists sees which list you asked for. Each list has thousands of people in it. But if you check, say, an IIN and a phone number one after the other, the two lists together point to far fewer people. Anyone with the key, the leaks themselves and the access log could guess who was asking. If that matters to you, check the second number later or from another network.',
    },
    found: { one: 'in {n} leak', other: 'in {n} leaks' },
    notFound: 'not found',
    show: 'Show',
    shown: 'shown now',
  },
  institutions: 'Answered together: {names}. None of them alone can learn which list you asked for.',
  printed: 'Printed on {date}. Site: {address}. Edition of the list: {generation}. The number that was checked is not on this sheet.',
};

export const exchanges: ExchangeTexts = {
  summary: 'What did the server see?',
  lead: 'Here is everything this page sent and received, to the last byte. Your number is not in it.',
  lay: {
    index: {
      title: 'Which leaks do you know?',
      sent: 'A question with nothing about you in it.',
      received: 'The edition of the list and its checksum. Everything that follows is checked against it.',
    },
    ahead: {
      title: 'Is there a calculation to do beforehand?',
      sent: 'A question with nothing about you in it, sent as soon as you came to the field. It shows only that a check may follow.',
      received: 'A small calculation, which your device did while you typed, or that none is needed.',
    },
    challenge: {
      title: 'Is there a calculation to do?',
      sent: 'The 32 hidden bytes that the next question sends again.',
      received: 'A small calculation. One person does not notice it; anybody who tries millions of numbers pays dearly for it.',
    },
    evaluate: {
      title: 'Calculate without seeing the number',
      sent: '32 bytes: your number mixed with a random number that only you have. They are new every time, and your number cannot be worked out from them.',
      received: 'The result, hidden as well, and a proof that the server calculated honestly.',
    },
    range: {
      title: 'Give me one list out of many',
      sent: 'The beginning of the tag that came out. Thousands of different numbers share it.',
      received: 'All records with that beginning. Only your device knows which one is yours and whether it is there.',
    },
    retrieve: {
      title: 'Combine the lists that are chosen here',
      sent: 'Bytes that look random: they choose about half of all lists. Only together with the bytes for the other institutions do they show which list you need. They are new in every check.',
      received: 'The chosen lists, combined into one of the same length. Your device combines the answers of all institutions, and your list is what remains.',
    },
    'retrieve-challenge': {
      title: 'Is there a calculation to do?',
      sent: 'The same bytes that the next question sends again.',
      received: 'A small calculation. One person does not notice it; anybody who tries millions of numbers pays dearly for it.',
    },
    breaches: {
      title: 'What are the leaks called?',
      sent: 'A question with nothing about you in it.',
      received: 'Names and dates of all public leaks. They are the same for everybody.',
    },
  },
  never: 'The server also sees your IP address, the time and what your browser sends with every request (its name, your languages), as every site does.',
  expert: 'In full',
  request: 'Sent',
  response: 'Received',
  bytes: { one: '{n} byte', other: '{n} bytes' },
  showAll: 'Show all bytes',
  empty: 'no content',
  protocol: 'Description of the protocol',
};
