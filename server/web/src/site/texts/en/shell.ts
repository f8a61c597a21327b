import type { ShellTexts } from '../type';

export const shell: ShellTexts = {
  skip: 'Skip to content',
  homeLabel: 'Tekser, home',
  navigation: 'Sections',
  pages: { home: 'Check', leaks: 'Leaks', steps: 'What to do', watch: 'Watch for new leaks', letters: 'Letter templates', how: 'How it works', privacy: 'Privacy', experts: 'For experts', press: 'For press' },
  languages: 'Language',
  theme: 'Page colours',
  themes: { auto: 'As on this device', light: 'Light', dark: 'Dark' },
  footer: 'Tekser neither keeps nor shows anybody’s names, addresses or numbers. Anyone who knows a number can learn here only which public leaks it is in and what kinds of data leaked with it.',
  footerNavigation: 'Sections at the foot of the page',
  feed: 'Feed of new leaks (Atom)',
  police: 'If your money has already been stolen or a loan taken out in your name, call the police: 102.',
  operator: {
    heading: 'Who runs this site',
    address: 'Official address',
    contact: 'Contact',
    unnamed: 'The settings of this site do not say who runs it. The official site says so.',
  },
  noScript: {
    heading: 'The check does not work in this browser',
    text: 'The number you type must stay on your device. A program on this page hides it from the server, but your browser has such programs turned off. Without it, the server would see the number. Turn on JavaScript for this site in the browser’s settings, or open the page on another device. You can read the other sections as they are.',
    link: 'How it works',
  },
  oldBrowser: {
    heading: 'This browser is too old',
    text: 'It cannot do the calculation that hides your number from the server. Update the browser or open the page on another device. We have sent nothing.',
  },
  broken: {
    heading: 'The page did not load in full',
    text: 'The connection may have been cut. Reload the page. We have sent nothing.',
  },
};
