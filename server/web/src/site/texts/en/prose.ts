import type { Prose } from '../prose';
import { guide } from './guide';

/** The pages that are read, in English. */
export const prose: Prose = {
  home: {
    why: {
      heading: 'Why you can type your IIN here',
      steps: [
        {
          title: 'The number is hidden on your side',
          text: 'The page mixes it with a random number. Only the result leaves: nobody can work the number out from it.',
        },
        {
          title: 'The server does not see it',
          text: 'It applies its secret key to the hidden number, and proves that it did so honestly.',
        },
        {
          title: 'You find the answer yourself',
          text: 'A list of thousands of records comes back. Your device checks whether yours is among them.',
        },
      ],
      together: 'Several institutions answer every check together, and none of them alone can learn which list you asked for.',
      more: 'More: how it works',
    },
    kinds: { heading: 'What you can check', lead: 'One at a time or several at once. The page recognises what you typed.' },
    not: {
      heading: 'What Tekser is not',
      points: [
        { title: 'It is not a people search', text: 'There are no names, addresses or phone numbers here. Only an answer: which leaks hold the number you typed, and what kinds of data leaked with it.' },
        { title: 'It is not a bot', text: 'Bots that look people up by number sell stolen data and remember who asked about whom. We do not even learn what you typed.' },
        { title: 'It asks for nothing', text: 'No account, no code from a text message, no EDS key, no money. If a page of this name asks for any of these, close it.' },
      ],
    },
    illustration: 'A mesh of fine lines covers a slip with a number; beyond it only the lines can be seen.',
  },
  pages: {
    home: {
      title: 'Tekser: check whether you are in a leak',
      description: 'Find out which data leaks hold your IIN, phone number, e-mail address or document, and what to do. The number itself never leaves your device.',
      heading: '',
      lead: '',
      sections: [],
    },
    leaks: {
      title: 'Data leaks in Kazakhstan',
      description: 'All public leaks that Tekser answers about: dates, status, what leaked.',
      heading: 'The leaks we know',
      lead: 'The service answers about these leaks. The data itself is not here and cannot be downloaded.',
      sections: [],
    },
    steps: guide.steps,
    letters: guide.letters,
    watch: {
      title: 'Watch for new leaks | Tekser',
      description: 'Your device looks again when there is a new list, and nobody else learns what it watches.',
      heading: 'Watch for new leaks',
      lead: 'This device looks again by itself when there is a new list. Nobody keeps a list of who wants that.',
      sections: [
        {
          heading: 'How it works',
          body: [
            {
              ordered: [
                'You check a number and choose “Watch this” below the answer. The device keeps its tag, not the number.',
                'When there is a new list, the device asks for its part of it, as in every check. The holder of the key is not asked: the tag is there already.',
                'It always asks for eight parts in a random order, most of them only as decoys, so that nobody sees how many numbers you watch.',
                'If a new leak holds your number, the device says so. Open the site and check the number once more to see what leaked and what to do.',
              ],
            },
            'If the service changes its key, old tags fit the new list no more. Then the page asks you to type the number once more: the device does not have it.',
          ],
        },
        {
          heading: 'What stays on this device',
          body: [
            { list: ['For each number: its kind, its last two characters (of an e-mail address, a login or a website the first one), your name for it, its tag, the lists that hold it.', 'When it was last compared, and with which list.', 'If you want notifications: that you do. The address for messages is the browser’s.', 'Pages of this site, to read without a connection. Never an answer.'] },
            'The first two are encrypted under a key that no program can read out. A person who can open this site on your unlocked device still sees the list above, and a notification may be read on a locked screen. A person who takes the whole storage out of the device takes the key as well, and can then ask the service whether a tag belongs to a number that they guess.',
            '“Clear everything” here or below an answer removes all of it.',
          ],
        },
        {
          heading: 'Who learns what',
          body: [
            { list: ['The service that sends notifications: that a browser wants them, at which address for messages, and from which network it said so. The device says it at least five minutes after its last check, so that the two are not together.', 'The maker of the browser, which delivers messages: that you use this site, and when a message came. The message is empty and the same for everybody.', 'The institution that serves the lists: that a device from your network asked for eight parts when a list was new. The eight stay the same, so it may recognise the device.'] },
            { given: 'retrieval', body: ['Here several institutions answer together, and none of them alone sees which parts those are.'] },
            'In full: [what each party learns](/threats.txt).',
          ],
        },
        {
          heading: 'As an app',
          body: ['In the menu of the browser you can choose “Install” or “Add to home screen”. Then the pages that need no connection open without one, and some browsers let the device check about once a day.'],
        },
      ],
    },
    how: {
      title: 'How Tekser works',
      description: 'How to check a number against leaks without showing it to the server, in plain words.',
      heading: 'How it works',
      lead: 'An ordinary checking site sees everything you type into it. This one is built differently.',
      sections: [
        {
          heading: 'Think of a sealed envelope',
          body: [
            'You put a note with your number into an envelope lined with carbon paper and seal it. A clerk stamps the envelope without opening it; the stamp goes through onto the note. At home you open the envelope. The note bears the stamp, yet the clerk never learnt what it says.',
            'Here a random number takes the place of the envelope, and the server’s secret key that of the stamp. We call the number with its “stamp” a tag.',
          ],
        },
        {
          heading: 'What happens when you press “Check”',
          body: [
            {
              ordered: [
                'The page looks for typing mistakes and writes the number in one way: 8 709… and +7 709… are the same phone.',
                'The page hides the number and sends the server 32 bytes that look random.',
                'The server applies its key to them and sends back the result with a proof. The page checks the proof: the server cannot secretly use another key for you.',
                'From the result the page gets the tag. The tag’s beginning says which list it needs: thousands of records share one beginning.',
                'The page checks the list against the published checksum. Nobody can swap it or cut it short unnoticed.',
                'Your device looks for the tag in the list and shows the answer.',
              ],
            },
          ],
        },
        {
          heading: 'Why not simply a “hash” of the number',
          body: [
            'There are about 700 million possible IINs and about 200 million mobile numbers. An ordinary computer tries them all within minutes. Anyone who got the hashes would get the numbers.',
            'Therefore a tag cannot be calculated without the key, the key is kept apart from the lists, and every attempt takes a request of its own to the server, which limits them.',
          ],
        },
        {
          heading: 'What we keep',
          body: ['Tags, and which leaks they were in. No numbers, names, addresses or passwords. Anyone who steals the lists without the key learns nothing about any person from them.'],
        },
        {
          heading: 'What it cannot do',
          body: [
            {
              list: [
                'Delete your data from other people’s files. Nobody can.',
                'Know of a leak that nobody has reported.',
                'Show what exactly was written about you: we do not keep it.',
              ],
            },
          ],
        },
        { heading: 'And when there is a new list?', body: ['Your device can keep the tag and look it up by itself in each new list, without typing and without an account. [How that works, and who learns what](/en/watch).'] },
      ],
    },
    privacy: {
      title: 'Privacy | Tekser',
      description: 'What Tekser learns about you and what it does not.',
      heading: 'Privacy',
      lead: 'What we learn about you, what we do not, and where the limit is.',
      sections: [
        {
          heading: 'Who runs this site',
          given: 'operator',
          body: [
            '{{operator.name}}',
            {
              list: [
                'Official address: {{operator.address}}. Open the site by this address only.',
                'Contact: [{{operator.contact-text}}]({{operator.contact}})',
                'How long access logs are kept: {{operator.log-retention}}',
                'Legal basis: {{operator.legal-basis}}',
              ],
            },
          ],
        },
        { heading: 'Who runs this site', unless: 'operator', body: ['The settings of this site do not say who runs it. The official site names the operator, its address, a contact, how long logs are kept and the legal basis here.'] },
        {
          heading: 'What we do not learn',
          body: [{ list: ['The number you typed: it never leaves your device.', 'Whether it was found, and in which leaks.', 'Which steps you ticked off.'] }],
        },
        {
          heading: 'What every site sees',
          body: [
            'Your IP address and the time. We use them to limit the number of checks from one network, so that nobody can try one stranger’s number after another.',
            'As soon as you come to the field, the page asks the server for a small calculation and does it while you type, so that you need not wait later. From that the server learns only that a check may follow: not what it is about, and not whether you make it.',
            'If what you type looks like the address of a website or a crypto wallet, the page loads the rules for those. The server sees that something of that kind was typed, but not what it is.',
          ],
        },
        {
          heading: 'What stays on your device',
          body: [
            { list: ['Ticks of the steps you have done: names of steps only, without the number.', 'Your choice of light or dark colours, if you made one.'] },
            'Nothing else: no cookies, not the number, not the answers. Neither the address of the page nor the browser’s history holds the number. “Clear everything” removes answers and ticks.',
            'Only if you choose “Watch this”: a tag without the number, and pages for when there is no connection. [What exactly, and how to remove it](/en/watch).',
          ],
        },
        {
          heading: 'No third parties',
          body: ['These pages use no fonts, counters, advertisements or programs of others. The browser may connect from here only to this site, the holders of the key and the institutions that it names. Links to state portals open only when you follow them, and do not reveal where you came from.'],
        },
        {
          heading: 'Where the limit is',
          body: [
            {
              given: 'retrieval',
              body: [
                'Several institutions answer every check together. None of them alone can learn which list you asked for, however many checks you make.',
                'If all of them put their records together, they would learn which of many lists you asked for. Each stands for thousands of people, but the lists of two checks together point to far fewer.',
                'If not all of them answer as they should, the page asks you before it asks one institution alone. Where that is not allowed, it never asks one alone.',
              ],
            },
            { unless: 'retrieval', body: ['The institution that serves the lists sees which of many lists you asked for. Each stands for thousands of people. If you check two of your numbers in a row, the two lists together point to far fewer people.'] },
            'If one party held the key, the leaks themselves and the access logs, it could link your checks and guess who you are. So the key and the lists can be kept by different institutions, and they should be.',
            'Anyone who watches your network sees that you opened this site, but not what you asked.',
            'In full: [what each party learns](/threats.txt).',
          ],
        },
        {
          heading: 'On someone else’s computer',
          body: ['Press “Clear everything” and close the tab. The browser does not write the lists that a check downloads to disk.'],
        },
      ],
    },
    experts: {
      title: 'For experts | Tekser',
      description: 'The protocol, the cryptography, and how to verify Tekser yourself.',
      heading: 'For experts',
      lead: 'The protocol is open. Its description is enough to write a client of your own and to verify everything said here.',
      sections: [
        {
          heading: 'In short',
          body: [
            {
              list: [
                'RFC 9497, mode VOPRF, suite `ristretto255-SHA512`. Input: `tekser:1:KIND:VALUE`.',
                'The tag is the first 8 bytes of the output. Its first bits (`prefix_bits`) name the range.',
                'All ranges have one length. Each is proven by a Merkle path (SHA-256) up to the published root.',
                'The key can be shared among several evaluators; the proof of each is checked.',
                'Before it evaluates, a server may ask for work (ALTCHA v2, PBKDF2/SHA-256).',
              ],
            },
            {
              given: 'retrieval',
              body: ['Ranges are fetched by private retrieval from several servers (Chor, Goldreich, Kushilevitz, Sudan, 1995): each server gets random bits, one for every range, and answers with the XOR of those chosen. The XOR of all vectors chooses one range, and the XOR of all answers is that range with its path. There is no plain request for a range unless you agree to it.'],
            },
            'In full: [description of the protocol](/protocol.txt), [what each party learns](/threats.txt).',
          ],
        },
        {
          heading: 'Calls',
          body: [{ code: 'GET  /v1/index\nGET  /v1/challenge?elements=1\nPOST /v1/evaluate            {"blinded": ["…"]}\nGET  /v1/ranges/{generation}/{prefix}\nGET  /v1/generations/{generation}/breaches' }, { given: 'retrieval', body: [{ code: 'POST {server}/{generation}    ⌈2^prefix_bits / 8⌉ bytes' }] }],
        },
        {
          heading: 'How to verify',
          body: [
            {
              ordered: [
                'Open the developer tools, tab “Network”, and make a check. When you come to the field, the page asks about the list and asks each holder of the key whether a small calculation is needed; the check sends a few more requests. All go to this site and to the holders of the key and the institutions that `/v1/index` names. What you typed is in none of them.',
                'Compare with the panel “What did the server see?” below an answer: the same bytes are there.',
                'Look at the header `Content-Security-Policy`: `default-src \'self\'` and nothing `unsafe-`; `connect-src` names the holders of the key and the institutions that answer together, if they are elsewhere.',
                'Compare `root` of `/v1/index` between people and networks: it must be the same.',
                'Write a client from the description, or run the tests of the source code.',
              ],
            },
          ],
        },
        {
          heading: 'What each party learns',
          body: [
            {
              list: [
                'The evaluator: IP address, time and a group element that looks random. Neither the number nor the tag nor its beginning.',
                'The range server: IP address, time and the beginning of the tag, unless several institutions answer together.',
                'A thief of the lists without the key: how many records there are and which leaks overlap. Nothing about any person.',
                'A thief of both lists and key: can test numbers by trying them.',
              ],
            },
          ],
        },
        {
          heading: 'The signed list',
          given: 'release-key',
          body: [
            'This server serves only a list that is signed with the release key (Ed25519, in the format of minisign). The public key:',
            { code: '{{release-keys}}' },
            'Compare it with the key as it is published elsewhere: anybody who swaps the site swaps the key too. You can verify the signature yourself:',
            { code: 'curl -s {{operator.address}}/v1/index > index.json\njq -j .statement index.json > statement.json\njq -j .signature index.json > statement.json.minisig\nminisign -V -m statement.json -P {{release-key}}' },
            'What is signed: `root`, the date and the checksum of the descriptions of leaks. Compare them with what the server sends.',
          ],
        },
        { heading: 'The signed list', unless: 'release-key', body: ['This server has not been given the key that signs lists. If an edition is signed, `/v1/index` has the statement and its signature: `statement` and `signature`.'] },
        { heading: 'The log of editions', given: 'log', body: ['All published editions are in the [public log](/v1/log). Each line has the hash of the line before: nobody can remove or rewrite an edition unnoticed.'] },
        {
          heading: 'Found a vulnerability?',
          body: ['Do not publish details before it is fixed. Do not put anybody’s numbers into your report: steps with invented data will do, for example phones +7 709 000 00 00.', { given: 'operator', body: ['Write to [{{operator.contact-text}}]({{operator.contact}}). The same for programs: [security.txt](/.well-known/security.txt).'] }],
        },
      ],
    },
    press: {
      title: 'For press | Tekser',
      description: 'Total figures of the leaks that Tekser knows, and what they mean.',
      heading: 'For press',
      lead: 'The figures below are taken from the list that was current when you opened the page.',
      sections: [
        {
          heading: 'How to write about these figures',
          body: [
            {
              list: [
                'Records are not people. One person is in many records and leaks.',
                'The number of records in a leak is the one that was claimed, not one that we counted.',
                'Leaks marked “unverified” may have been put together from others; “fabricated” ones may not be leaks at all.',
                'Leaks of especially sensitive data are not in the public list.',
                'Name the edition of the list and its date: figures change.',
              ],
            },
          ],
        },
        {
          heading: 'What we ask',
          body: ['Do not publish links to files of data or names of bots that sell it. When you write about a leak, tell readers what to do: refusing loans (“Stop-credit”) at egov.kz is free and takes only an EDS key.'],
        },
      ],
    },
  },
  guide,
  notFound: {
    title: 'Page not found | Tekser',
    description: 'There is no such page.',
    heading: 'There is no such page',
    lead: 'There may be a typing mistake in the address.',
    sections: [],
  },
};
