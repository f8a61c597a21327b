import type { NameTexts } from '../type';

export const kinds: NameTexts['kinds'] = {
  iin: 'ИИН',
  phone: 'Телефон',
  email: 'Электронная почта',
  id_card: 'Удостоверение личности',
  passport: 'Паспорт',
  iban: 'Банковский счёт (IBAN)',
  card: 'Банковская карта',
  plate: 'Номер машины',
  login: 'Логин',
  site: 'Сайт',
  company: 'Компания (БИН)',
  wallet: 'Криптокошелёк',
  handle: 'Аккаунт в мессенджере',
};

export const names: NameTexts = {
  kinds,
  classes: {
    'bank-account-numbers': 'номер банковского счёта',
    'credit-status': 'кредитная история',
    'dates-of-birth': 'дата рождения',
    education: 'образование',
    'electronic-signatures': 'ключи ЭЦП',
    'email-addresses': 'адрес электронной почты',
    employers: 'место работы',
    'family-members': 'члены семьи',
    genders: 'пол',
    'government-issued-ids': 'ИИН или номер удостоверения',
    'health-data': 'сведения о здоровье',
    'income-levels': 'доходы',
    'ip-addresses': 'IP-адрес',
    'job-titles': 'должность',
    'marital-statuses': 'семейное положение',
    names: 'имя и фамилия',
    nationalities: 'гражданство или национальность',
    'passport-numbers': 'номер паспорта',
    passwords: 'пароль',
    'payment-cards': 'номер банковской карты',
    'phone-numbers': 'номер телефона',
    photos: 'фотография',
    'physical-addresses': 'домашний адрес',
    usernames: 'логин',
    'vehicle-plates': 'номер машины',
  },
  statuses: {
    confirmed: {
      name: 'Подтверждена',
      meaning: 'Государственный орган или владелец данных подтвердил, что утечка была.',
    },
    reported: {
      name: 'Есть сообщения',
      meaning: 'О ней сообщали журналисты или исследователи. Официального подтверждения мы не видели.',
    },
    unverified: {
      name: 'Не проверена',
      meaning: 'Файл ходит по интернету, но откуда он и верны ли данные, неизвестно. Он может быть собран из других утечек.',
    },
    fabricated: {
      name: 'Выдумана',
      meaning: 'Файл выдают за утечку, но данные в нём придуманы. Мы его показываем, чтобы им никого не пугали.',
    },
  },
};
