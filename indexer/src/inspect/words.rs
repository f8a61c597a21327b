//! What do the words of a column's name mean? In Kazakh, Russian and English, in their own letters and in Latin ones.

use exposure_index::identifier::Kind;

use super::meaning::Meaning;
use super::meaning::Meaning::{Class, Identifier};

/// Weight of a word that hardly means anything else, in nats: 150 : 1.
pub(super) const CLEAR: f64 = 5.0;

/// Weight of a word that often means something else: 12 : 1.
const VAGUE: f64 = 2.5;

/// Words with the same meaning.
pub(super) struct Words {
    /// Their meaning; `None` if they only keep other words in a phrase from counting.
    pub(super) meaning: Option<Meaning>,
    /// Weight, in nats.
    pub(super) weight: f64,
    /// Phrases in small letters. A `*` stands for any ending.
    pub(super) phrases: &'static [&'static str],
}

const fn clear(meaning: Meaning, phrases: &'static [&'static str]) -> Words {
    Words {
        meaning: Some(meaning),
        weight: CLEAR,
        phrases,
    }
}

const fn vague(meaning: Meaning, phrases: &'static [&'static str]) -> Words {
    Words {
        meaning: Some(meaning),
        weight: VAGUE,
        phrases,
    }
}

const fn nothing(phrases: &'static [&'static str]) -> Words {
    Words {
        meaning: None,
        weight: 0.0,
        phrases,
    }
}

/// Every word. Of phrases that overlap in a name, the longer one is taken.
#[rustfmt::skip] // A phrase a line would hide which ones say the same.
pub(super) const WORDS: &[Words] = &[
    clear(Identifier(Kind::Iin), &[
        "иин", "жсн", "iin", "zhsn", "jsn", "iin bin", "иин бин", "individual identification number",
        "индивидуальный идентификационный номер", "жеке сәйкестендіру нөмірі",
    ]),
    vague(Identifier(Kind::Iin), &["инн", "inn", "national id", "personal id"]),
    nothing(&["бин", "бсн", "bin", "bsn"]),
    clear(Identifier(Kind::Phone), &[
        "телефон*", "тел", "phone*", "telefon*", "telephone*", "tel", "msisdn", "mobile", "моб", "мобильный",
        "сотовый", "сот", "cell", "cellphone", "whatsapp", "ұялы", "uyaly", "номер телефона", "phone number",
        "телефон нөмірі", "contact phone", "контактный телефон", "абонентский номер",
    ]),
    vague(Identifier(Kind::Phone), &["контакт*", "contact", "fax", "факс", "байланыс"]),
    clear(Identifier(Kind::Email), &[
        "email*", "e mail", "mail", "почта", "эл почта", "электронная почта", "электрондық пошта", "пошта", "pochta",
        "email address", "адрес электронной почты", "mail address", "e mail address",
    ]),
    clear(Identifier(Kind::IdCard), &[
        "удостоверение*", "уд личности", "удостоверение личности", "удв", "udostoverenie*", "udv", "id card*",
        "idcard", "жеке куәлік*", "куәлік*", "zheke kualik", "kualik", "identity card", "номер удостоверения", "уд л",
        "удл",
    ]),
    vague(Identifier(Kind::IdCard), &[
        "doc no", "doc num", "doc number", "document no", "document number", "document", "номер документа",
        "документ", "құжат нөмірі", "құжат", "nomer dokumenta", "docnum", "docno",
    ]),
    clear(Identifier(Kind::Passport), &["паспорт*", "passport*", "pasport*", "төлқұжат*", "tolqujat", "загранпаспорт"]),
    vague(Identifier(Kind::Passport), &["doc no", "doc number", "document number", "номер документа"]),
    clear(Identifier(Kind::Iban), &[
        "iban", "иик", "жск", "iik", "расчетный счет", "номер счета", "есеп шот", "bank account", "account number",
    ]),
    vague(Identifier(Kind::Iban), &["счет", "шот", "schet", "account", "р с"]),
    clear(Identifier(Kind::Card), &[
        "карта", "карточка", "номер карты", "банковская карта", "card", "card number", "cardnumber", "pan",
        "credit card", "debit card", "bank card", "картасы", "карта нөмірі", "nomer karty", "cc number",
    ]),
    nothing(&["карта клиента", "discount card", "loyalty card", "медкарта", "sim card", "сим карта"]),
    clear(Identifier(Kind::Plate), &[
        "гос номер", "госномер", "грнз", "гнз", "гос номер авто", "номер авто*", "plate", "plates", "plate number",
        "license plate", "car number", "vehicle number", "мемлекеттік нөмір*", "gosnomer", "gos nomer", "мтнб",
    ]),
    clear(Identifier(Kind::Login), &[
        "логин", "login", "username", "user name", "nickname", "nick", "ник", "никнейм", "screen name",
    ]),
    vague(Identifier(Kind::Login), &["user", "account name", "пользователь", "пайдаланушы"]),
    clear(Class("names"), &[
        "фио", "ф и о", "имя", "фамилия", "отчество", "name", "names", "full name", "fullname", "first name",
        "firstname", "last name", "lastname", "surname", "middle name", "patronymic", "fio", "imya", "familiya",
        "familia", "otchestvo", "аты", "тегі", "аты жөні", "әкесінің аты", "жөні", "есімі", "тәө", "т а ә", "aty",
        "tegi", "aty zhoni", "akesinin aty", "zhoni", "given name", "family name", "имя клиента",
    ]),
    vague(Class("names"), &[
        "абонент", "клиент", "заемщик", "владелец", "client", "customer", "person", "owner", "holder", "оқушы",
        "студент", "ученик", "пациент", "patient", "student", "гражданин", "иесі", "fname", "lname",
    ]),
    nothing(&[
        "file name", "filename", "имя файла", "table name", "product name", "item name", "host name", "hostname",
        "domain name", "event name", "brand name", "service name", "tariff name",
    ]),
    clear(Class("dates-of-birth"), &[
        "дата рождения", "д р", "др", "дата рожд", "день рождения", "birthday", "birth date", "birthdate",
        "date of birth", "dob", "bdate", "туған күні", "туған жылы", "data rozhdeniya", "tugan kuni", "birth",
        "год рождения", "year of birth",
    ]),
    clear(Class("places-of-birth"), &["место рождения", "place of birth", "birth place", "birthplace", "туған жері"]),
    clear(Class("physical-addresses"), &[
        "адрес", "адрес проживания", "адрес регистрации", "прописка", "address", "home address", "мекенжай*",
        "тұрғылықты жері", "adres", "mekenzhai*", "улица", "street", "көше", "postal address", "место жительства",
        "қала көше", "үй мекенжайы", "residence",
    ]),
    nothing(&["ip address", "ip адрес", "mac address", "mac адрес", "address book"]),
    clear(Class("geographic-locations"), &[
        "город", "область", "район", "city", "region", "country", "страна", "қала", "облыс", "аудан", "gorod",
        "latitude", "longitude", "lat", "lon", "lng", "геолокация", "location", "ел", "state",
    ]),
    clear(Class("employers"), &[
        "место работы", "работодатель", "организация", "компания", "employer", "company", "company name",
        "organization", "organisation", "workplace", "place of work", "жұмыс орны", "жұмыс беруші", "ұйым", "мекеме",
        "mesto raboty", "kompaniya", "предприятие", "organization name",
    ]),
    clear(Class("job-titles"), &[
        "должность", "профессия", "job", "job title", "position", "occupation", "profession", "лауазым*", "мамандығы",
        "dolzhnost",
    ]),
    clear(Class("genders"), &["пол", "gender", "sex", "жынысы", "жыныс", "pol", "zhynysy"]),
    clear(Class("passwords"), &[
        "пароль", "password", "passwd", "pass", "pwd", "parol", "құпиясөз", "құпия сөз", "password hash", "hash",
        "хэш", "хеш", "pass hash", "pin code", "пин",
    ]),
    nothing(&["hash id", "file hash"]),
    clear(Class("ip-addresses"), &["ip", "ip address", "ip адрес", "last ip", "ipaddr"]),
    clear(Class("health-data"), &[
        "диагноз", "diagnosis", "diagnoz", "мкб", "мкб 10", "icd", "icd 10", "заболевание", "анализ", "группа крови",
        "blood type", "ауруы", "инвалидность", "disability", "ахж",
    ]),
    clear(Class("nationalities"), &[
        "национальность", "гражданство", "nationality", "citizenship", "ұлты", "азаматтығы",
    ]),
    clear(Class("marital-statuses"), &["семейное положение", "marital status", "отбасы жағдайы"]),
    clear(Class("education"), &["образование", "education", "білімі"]),
    clear(Class("income-levels"), &["доход", "зарплата", "salary", "income", "жалақы", "табыс", "оклад"]),
    clear(Class("account-balances"), &["баланс", "остаток", "balance", "қалдық"]),
    clear(Class("credit-status"), &[
        "сумма кредита", "сумма займа", "кредит", "займ", "loan", "loan amount", "credit", "задолженность", "долг",
        "несие", "қарыз", "debt", "просрочка", "credit limit",
    ]),
    clear(Class("payment-histories"), &["платеж", "payment", "сумма платежа", "төлем"]),
    clear(Class("purchases"), &["заказ", "покупка", "order", "purchase", "товар", "тапсырыс", "сатып алу"]),
    nothing(&[
        "order id", "order no", "order number", "номер заказа", "order date", "дата заказа", "payment date",
        "дата платежа", "loan date", "loan id", "дата выдачи", "номер договора", "contract number",
    ]),
    clear(Class("social-media-profiles"), &[
        "vk", "instagram", "facebook", "telegram", "вконтакте", "соцсети", "vk id",
    ]),
    clear(Class("browser-user-agent-details"), &["user agent", "useragent", "браузер", "browser"]),
    clear(Class("imei-numbers"), &["imei"]),
    clear(Class("imsi-numbers"), &["imsi"]),
    clear(Class("mac-addresses"), &["mac address", "mac адрес", "mac"]),
    clear(Class("security-questions-and-answers"), &[
        "секретный вопрос", "security question", "secret answer", "ответ",
    ]),
    clear(Class("vehicle-details"), &["vin", "марка авто", "марка", "модель авто", "car model", "car brand"]),
    clear(Class("religions"), &["религия", "вероисповедание", "religion", "діні"]),
];

/// Words in names of free-text columns that show the class that leaked with the identifiers in them.
#[rustfmt::skip] // As above.
pub(super) const TEXTS: &[Words] = &[
    clear(Class("private-messages"), &[
        "message*", "msg", "сообщен*", "переписка", "хабарлама*", "dialog*", "диалог*",
    ]),
    clear(Class("chat-logs"), &["chat*", "чат*"]),
    clear(Class("sms-messages"), &["sms*", "смс*"]),
    clear(Class("email-messages"), &["mail body", "email body", "письм*", "letter*"]),
    clear(Class("comments"), &["comment*", "коммент*", "пікір*"]),
    clear(Class("support-tickets"), &["ticket*", "обращен*", "жалоб*", "complaint*", "өтініш*", "шағым*"]),
    clear(Class("customer-feedback"), &["отзыв*", "feedback", "review*"]),
    clear(Class("health-data"), &["анамнез*", "anamnesis"]),
    clear(Class("bios"), &["bio", "about", "about me", "о себе"]),
    clear(Class("payment-histories"), &["назначение платежа", "payment purpose", "payment details", "төлем мақсаты"]),
];

/// Names of free-text columns.
pub(super) const CALLED_TEXT: &[Words] = &[nothing(&[
    "text",
    "текст",
    "мәтін",
    "message*",
    "msg",
    "сообщен*",
    "хабарлама*",
    "body",
    "comment*",
    "коммент*",
    "пікір*",
    "note",
    "notes",
    "примечан*",
    "заметк*",
    "ескертпе*",
    "description",
    "desc",
    "описание",
    "сипаттама*",
])];
