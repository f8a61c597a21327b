import type { ReadingTexts } from '../type';

export const reading: ReadingTexts = {
  doubtsHeading: 'Is this right?',
  doubts: {
    prefix: 'The number begins with {part}; numbers of Kazakhstan begin with +7 7. Is a digit missing?',
    'ten-digits': 'There are ten digits here. If you typed 7 or 8 before the code, one digit is missing.',
    business: 'This looks like a BIN, the number of an organisation. A person’s IIN begins with the date of birth.',
    'birth-date': 'The first six digits of an IIN are usually year, month and day of birth. Here they are not a date. Please compare the digits.',
    card: 'Hardly any card has this length or this beginning. Please see whether a digit is missing or one too many.',
    'id-card': 'The number of an ID card begins with zero. Is a digit missing? If it is a phone number, it lacks one.',
    passport: 'A passport of Kazakhstan has eight digits after the letter N. This one differs. Is a digit missing?',
    region: 'A number plate ends with the code of its region, 01 to 20. This one is different.',
    domain: 'This part of an address is rare: {part}. Is it a typing mistake?',
    login: 'This looks like neither a number nor an e-mail address. It can be checked only as a login. We do not search by name.',
  },
  confirm: 'It is right, check it',
  instead: 'Change to {text}',
  choose: 'Choose what it is, then press “Check”.',
  loading: 'The page is still loading. Please wait a moment.',
  list: {
    lead: 'Several values at once: {n}. We check all of them and give one answer.',
    unclear: 'First correct what is marked.',
    unread: 'This value could not be read:',
    tooMany: 'At most {n} can be checked at a time.',
    linked: 'We ask about each separately, in random order and with pauses. But all questions come from your device. The institution that serves the lists can guess that one person asked them. If they also have the key and the leaks themselves, they may find out who. If that matters to you, check one at a time, at different times and from different networks.',
    apart: 'We ask about each separately, in random order and with pauses. Several institutions answer together: each sees that several checks come from your device, but none of them alone can see what they are about.',
    progress: 'Check {n} of {all}.',
    pause: 'A short pause before the next question.',
    heading: 'Checked: {n}. Found in leaks: {found}',
    foundBy: 'Found by:',
  },
  others: {
    summary: 'Several at once; a child or your parents',
    several: 'You can type several values with semicolons between them, or paste a list. There will be one answer.',
    whose: 'For your own child you may check the IIN and the phone number. For elderly parents the same, if they agree, and best together with them. Do not check other people’s numbers out of curiosity.',
    child: 'Leaks from schools and clinics are never shown to anybody. So “not found” for a child does not mean that no data leaked. If something is found, warn the child: a stranger may know their name, address and their parents’ phone number. The steps on state portals are for the parent to do.',
  },
  verdict: {
    absent: { heading: 'There is nothing to compare with', lead: 'No leak in our list holds values of this kind ({kind}). So “not found” would mean nothing here.' },
    sealed: 'This does not mean that you are in no leak: some leaks are never shown to anybody.',
    compare: 'Compare every character. We cannot notice a typing mistake in a number or address of this kind. With a mistake, this answer is not about you.',
    change: 'Correct it',
  },
  failure: {
    down: 'The server does not answer. If other sites open, the fault is not your connection: please try again later.',
  },
};
