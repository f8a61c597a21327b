import type { StepTexts } from '../type';

export const steps: StepTexts = {
  heading: 'What to do',
  lead: 'Only what such a leak calls for. Begin with the first.',
  kept: 'Ticks are kept on this device only and are not tied to what you checked.',
  progress: '{done} of {all} done',
  none: 'This leak is known to be invented. There is nothing to do.',
  open: 'Open {host}',
  how: 'How to do it',
  texts: {
    bank: {
      title: 'Ask your bank for a new card',
      why: 'Somebody may use the leaked number of a card or account.',
      how: [
        'Call the number that is printed on the card itself.',
        'Ask them to block the card and issue a new one, and ask what to do about the account.',
        'Tell nobody the codes from text messages: bank staff never ask for them.',
      ],
      time: '10–15 minutes',
    },
    'stop-credit': {
      title: 'Refuse loans in your name (“Stop-credit”)',
      why: 'With an IIN and data of a document somebody may try to take out a loan in your name.',
      how: [
        'Sign in at egov.kz or in eGov Mobile.',
        'Find the service “Voluntary refusal to receive bank loans, microloans”.',
        'It is free and has no end date. A loan that is given in spite of it is cancelled. Pawnshops are not covered.',
      ],
      time: '5 minutes',
    },
    password: {
      title: 'Change the password wherever it is the same',
      why: 'Leaked passwords are tried on one site after another.',
      how: [
        'Begin with your e-mail: the other passwords are changed through it.',
        'A password of its own for every site. The browser or a password manager can remember them.',
      ],
      time: '15–30 minutes',
    },
    'second-factor': {
      title: 'Turn on sign-in in two steps',
      why: 'A password alone will then not be enough to sign in as you.',
      how: ['Open the security settings of your e-mail and of the sites that matter to you.', 'Turn on two-factor authentication.'],
      time: '10 minutes',
    },
    signature: {
      title: 'See which EDS keys were issued to you',
      why: 'If your key leaked, or had the same password as the one that leaked, somebody may use it in your name.',
      how: [
        'Sign in at pki.gov.kz and open the list of your keys.',
        'If the keys themselves leaked, revoke them all. Otherwise revoke those you do not know or no longer need. Then issue new ones: that alone does not cancel the old.',
      ],
      time: '10 minutes',
    },
    sim: {
      title: 'See which phone numbers are registered to your IIN',
      why: 'A stranger’s SIM card in your name can come back to you as debts and questions.',
      how: ['Sign in at egov.kz and find the service on the numbers registered to your IIN.', 'Ask the operator to switch off a number you do not know.'],
      time: '5 minutes',
    },
    calls: {
      title: 'Do not trust calls from people who know a lot about you',
      why: 'With leaked data a fraudster can call you by name and say where you live.',
      how: [
        'Banks and the police do not call for codes. Never pass on codes from 1414.',
        'They say that your money is in danger, or offer an investment? Hang up and call the bank yourself, at the number on your card.',
        'If money has already gone, tell the bank at once: the anti-fraud centre of the National Bank works with banks and operators.',
      ],
      time: '2 minutes, to warn the family',
    },
    'who-looked': {
      title: 'See who asked for your data',
      why: 'It shows which organisation received data about you from state databases.',
      how: ['Sign in at egov.kz.', 'Find the “State service of control of access to personal data”.'],
      time: '5 minutes',
    },
    complaint: {
      title: 'Complain if your data was not kept safe',
      why: 'An organisation must keep your data securely.',
      how: ['Sign in to e-Otinish.', 'Address it to the Information Security Committee. Name the leak and attach a print-out of this page.'],
      time: '15 minutes',
    },
    police: {
      title: 'Money stolen, or a loan already taken? Call 102',
      why: 'If nothing of the kind has happened, you do not need this step.',
      how: ['Call 102 and say what happened and when.', 'Keep the messages, the callers’ numbers and the bank statements.'],
      time: '10 minutes',
    },
  },
};
