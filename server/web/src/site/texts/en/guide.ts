import type { GuideText } from '../prose';

/** What to do, and what to write, in English. Facts: `steps/sources.ts`. */
export const guide: GuideText = {
  steps: {
    title: 'What to do when your data has leaked | Tekser',
    description: 'Steps after a data leak: “Stop-credit”, EDS keys, SIM cards, a complaint, the police. Whom to call.',
    heading: 'What to do when your data has leaked',
    lead: 'All steps in order. You need not do everything at once: begin with what leaked of yours.',
    sections: [
      {
        heading: 'Whom to call',
        body: [
          {
            list: [
              'Police: [102](tel:102)',
              'National Bank: [1477](tel:1477)',
              'Agency for Regulation and Development of the Financial Market (banks, microfinance companies): [1459](tel:1459)',
              'KZ-CERT, the computer emergency response team: [1400](tel:1400)',
              'eGov: [1414](tel:1414)',
            ],
          },
          'Your bank: at the number printed on your card.',
        ],
      },
      {
        heading: 'Good to know',
        body: [
          {
            list: [
              'The bank must refund a transfer if the recipient was in the database of the anti-fraud centre, or if the bank broke the rules of identification.',
              'Online loans have a cooling-off period: 8 hours for amounts from 150 to 255 MCI, 24 hours above. For microfinance loans it is 24 hours above 75 MCI.',
              'The first larger loan is given in person only. People under 21 and over 55 must consent a second time.',
              'The owner or operator of data reports a leak to the authorised body within one working day. It passes the names, IINs and phone numbers of those affected to the Ministry of Artificial Intelligence and Digital Development, so that the ministry can notify them. Notices arrive in eGov Mobile.',
            ],
          },
        ],
      },
    ],
  },
  sources: {
    heading: 'Where the steps come from',
    lead: 'The source of each step and the day it was checked. This is not legal advice.',
    checked: 'Checked',
    general: 'general rule',
  },
  letters: {
    title: 'Templates for a complaint and a letter | Tekser',
    description: 'A complaint to the Information Security Committee and a letter to an organisation: fill them in on your device and print them.',
    heading: 'Templates for a complaint and a letter',
    lead: 'Fill them in on the screen and print, or print and fill in by hand. What you write stays on your device: the page neither sends nor stores it. Write in Kazakh or Russian if you can; the same page is there in both.',
    sections: [],
  },
  forms: {
    print: 'Print',
    template: [
      {
        id: 'complaint',
        heading: 'Complaint',
        help: 'You can copy this text into e-Otinish too. Anonymous complaints are not considered.',
        lines: [
          { field: 'To', value: 'Information Security Committee', rows: 2 },
          { field: 'From (name)' },
          { field: 'Address' },
          { field: 'Phone and e-mail' },
          { title: 'Complaint' },
          'An organisation did not keep my personal data safe.',
          { field: 'Which organisation' },
          { field: 'When and what happened', rows: 3 },
          { field: 'Which data leaked', rows: 2 },
          { field: 'How I know about it', rows: 2 },
          'I ask you to examine whether the organisation observed the law “On personal data and their protection” (No. 94-V), to take measures, and to inform me of the result in writing.',
          { field: 'Attached (notice of the leak, correspondence, screenshots)', rows: 2 },
          { field: 'Date and signature' },
        ],
      },
      {
        id: 'letter',
        heading: 'Letter to an organisation',
        help: 'Send it so that you keep a confirmation: by registered mail, or through their office with a stamp on your copy.',
        lines: [
          { field: 'To (name and address of the organisation)', rows: 2 },
          { field: 'From (name)' },
          { field: 'Address' },
          { field: 'Phone and e-mail' },
          { title: 'Request about my personal data' },
          { field: 'I have learnt of a leak (which one and when)', rows: 2 },
          'My personal data that you hold may have been in it. Please answer in writing:',
          '1. Which data of mine do you hold, and on what basis?',
          '2. Which of it leaked, and when?',
          '3. When and to whom did you report the leak?',
          '4. What have you done so that it does not happen again?',
          'If there is no longer a basis for holding my data, please delete it and confirm that you have.',
          { field: 'Date and signature' },
        ],
      },
    ],
  },
};
