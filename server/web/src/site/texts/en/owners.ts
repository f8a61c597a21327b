import type { OwnersTexts } from '../owners';

export const owners: OwnersTexts = {
  start: {
    title: 'Sensitive leaks with your data | Tekser',
    heading: 'Sensitive leaks with your data',
    lead: 'Some leaks hold health data or other facts that can be used to bully or blackmail a person. Here you can see those that you are in. Sign in first, so that nobody else sees them.',
    shows: { heading: 'What you will see', text: 'Only leaks with identifiers that {provider} has verified as yours, such as your IIN or phone number. You cannot type a number here, and neither can anybody else.' },
    learns: {
      heading: 'What this service learns',
      lines: [
        'The public site does not know who asks. This service does: it learns who you are when you sign in.',
        'It keeps your identifiers in memory for at most 15 minutes and writes them nowhere. It records the time of each answer under a pseudonym that changes every month.',
        '{provider} learns that you signed in here, and when. It does not learn what you saw.',
      ],
    },
    device: 'Use a device that is yours alone, and sit so that nobody sees the screen.',
    signIn: 'Sign in at {provider}',
    without: { heading: 'If you cannot sign in', text: 'Take your ID card and ask at a public service centre (ЦОН/ХҚКО), or call 1414.' },
    wards: { heading: 'For a child or a person in your care', known: 'If {provider} knows you as a guardian, you can see their leaks after signing in, too.', unknown: 'This service cannot check who is a guardian. Take your documents and ask at a public service centre (ЦОН/ХҚКО).' },
  },
  onward: { title: 'One moment | Tekser', heading: 'One moment', link: 'Continue' },
  alone: {
    title: 'Are you alone? | Tekser',
    heading: 'Are you alone?',
    lead: 'The next page may show that you are in a leak with health data, debts or other personal facts.',
    lines: ['Make sure that nobody can see your screen.', 'If anyone is making you open this page, leave now. Nothing has been shown yet.'],
    show: 'Show the leaks',
  },
  answer: {
    title: 'Your answer | Tekser',
    heading: 'Sensitive leaks with your data',
    lookedUp: 'Looked up',
    none: { heading: 'You are in none of the sensitive leaks that we know', text: 'There may be leaks that we do not know. This answer holds for the identifiers named below alone.' },
    others: { heading: 'Other leaks', text: 'Leaks without especially sensitive data are not on this page.', link: 'Check them on the public site' },
    wards: { heading: 'For whom?', own: 'For me', one: 'Person in my care, no. {n}', about: 'This page is about the person in your care, no. {n}.' },
    paper: 'To print this page, use the menu of the browser. Do not leave the paper in the printer.',
    ends: 'The page cannot be opened again 5 minutes after your last click. Leave when you have read it.',
  },
  leave: 'Leave and forget',
  out: { title: 'You have left | Tekser', heading: 'You have left', text: 'This service has forgotten you. Close this window: the browser’s “Back” could show the page to the next person. If the device is not yours, sign out where you signed in, too.' },
  failed: {
    title: 'Nothing was shown | Tekser',
    heading: 'Nothing was shown',
    reasons: {
      expired: 'Your visit has ended, or the page was not opened from the start. Begin again.',
      refused: 'The sign-in was cancelled, or its result could not be trusted.',
      provider: 'The sign-in service does not answer. Try again in a few minutes.',
      nothing: 'The sign-in service confirmed no identifier of yours that we can look up, such as an IIN or a verified phone number.',
      busy: 'Too many people are signing in. Try again in a minute.',
      unavailable: 'The service cannot answer now. Try again later.',
    },
    again: 'To the start',
  },
};
