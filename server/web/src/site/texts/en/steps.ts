import type { StepTexts } from '../type';

/** Facts: `steps/sources.ts` names the source of each step and the day it was checked. */
export const steps: StepTexts = {
  heading: 'What to do',
  lead: 'Only what such a leak calls for. Begin with the first.',
  kept: 'Ticks are kept on this device only and are not tied to what you checked.',
  progress: '{done} of {all} done',
  none: 'This leak is known to be invented. There is nothing to do.',
  open: 'Open {host}',
  how: 'How to do it',
  first: 'Begin with this',
  leaked: 'What leaked',
  rest: 'All steps: {n}',
  all: 'All steps on one page',
  ahead: 'You can also protect yourself in advance.',
  template: 'Template for a complaint',
  newTab: 'in a new tab',
  texts: {
    bank: {
      title: 'Ask your bank for a new card',
      why: 'A thief may use the leaked number of a card or account.',
      how: [
        'Call the number that is printed on the card itself.',
        'Ask them to block the card and issue a new one. Ask what to do about the account.',
        'Give nobody the codes from text messages: bank staff never ask for them.',
      ],
      time: '10–15 minutes',
    },
    'stop-credit': {
      title: 'Refuse loans in your name (“Stop-credit”)',
      why: 'With your IIN and data of a document, fraudsters may try to take out a loan in your name.',
      how: [
        'Sign in at egov.kz or in eGov Mobile. You will need your EDS key to sign.',
        'Find the service “Voluntary refusal to receive bank loans, microloans”. It is free and has no end date.',
        'No EDS key or no smartphone? Take your ID card and ask at a public service centre (ЦОН/ХҚКО) how to do it, or call 1414.',
        'If a loan is given anyway, the bank or microfinance company must write it off. Inform them and the police at once.',
        'Pawnshops are not covered. Neither are lenders that do not ask the credit bureau.',
      ],
      time: '5 minutes with an EDS key',
    },
    password: {
      title: 'Change the password wherever it is the same',
      why: 'Leaked passwords are tried on one site after another.',
      how: [
        'Begin with your e-mail: the other passwords are changed through it.',
        'Use a different password for every site. The browser or a password manager can remember them.',
      ],
      time: '15–30 minutes',
    },
    'second-factor': {
      title: 'Turn on two-step sign-in',
      why: 'A password alone will then not be enough to sign in as you.',
      how: ['Open the security settings of your e-mail and of the sites that matter to you.', 'Turn on two-factor authentication.'],
      time: '10 minutes',
    },
    signature: {
      title: 'See which EDS keys were issued to you',
      why: 'If your key leaked, or had the same password as the one that leaked, a thief may use it in your name.',
      how: [
        'Sign in at pki.gov.kz and open the list of your keys.',
        'A key you do not know may have been made when you registered in eGov Mobile.',
        'If the keys leaked, or one of them is not yours, first issue a new key, then revoke all earlier ones.',
        'When a key is issued again, a code comes by text message or in eGov Mobile. Give it to nobody.',
      ],
      time: '10 minutes',
    },
    sim: {
      title: 'Find out which phone numbers are registered to your IIN',
      why: 'You are the one who answers for a stranger’s SIM card in your name: debts, questions from the police.',
      how: [
        'Look for such a service at egov.kz, or ask the operators.',
        'Ask the operator to switch off a number you do not know.',
        'At most ten numbers are registered to one person, and a new SIM card takes biometrics.',
      ],
      time: '10 minutes',
    },
    calls: {
      title: 'Do not trust callers, however much they know about you',
      why: 'With leaked data a fraudster can call you by name and say where you live.',
      how: [
        'Banks and the police do not call for codes. Never pass on codes from 1414.',
        'The sender “1414” can be forged. Not sure about a text message? Call 1414 yourself.',
        'If they say that your money is in danger, hang up and call the bank yourself, at the number on your card.',
        'If they offer an investment, first look for the company in the list of pyramids on the site of the financial monitoring agency.',
        'If the money has already gone, inform the bank at once: the anti-fraud centre of the National Bank works with banks and operators.',
      ],
      time: '2 minutes, to warn the family',
    },
    'who-looked': {
      title: 'See who asked for your data',
      why: 'It shows which organisation received data about you from state databases.',
      how: [
        'Sign in at egov.kz.',
        'Find the “State service of control of access to personal data”.',
        'Look into eGov Mobile too: notices of leaks arrive there.',
      ],
      time: '5 minutes',
    },
    complaint: {
      title: 'Complain if your data was not kept safe',
      why: 'An organisation must keep your data securely.',
      how: [
        'Write who did what wrong, and when. Give your name and how to reach you: anonymous complaints are not considered.',
        'Attach proof, for example a notice of the leak. A print-out of this page proves nothing: your number is not on it.',
        'Send the complaint to the Information Security Committee through e-Otinish. See egov.kz for how to sign in.',
      ],
      time: '20 minutes',
    },
    police: {
      title: 'Money stolen, or a loan already taken? Call 102',
      why: 'If nothing of the kind has happened, you do not need this step.',
      how: [
        'Call the bank or microfinance company. Ask them to block card, account and sign-in, and to record your report.',
        'File a statement with the police: through eGov, e-Otinish or in person. Keep messages, callers’ numbers and bank statements.',
        'Get the decision that you are a victim (article 71 of the Criminal Procedure Code) or the representation (article 200). Give it to the bank or microfinance company.',
        'Within 3 calendar days they must stop interest and collection. If they do not, complain to the Agency for Regulation and Development of the Financial Market: 1459.',
        'Without a document from the police or a court ruling, no loan is written off.',
      ],
      time: 'begin now',
    },
  },
};
