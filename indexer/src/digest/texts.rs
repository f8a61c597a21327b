use exposure_index::breach::Status;

use crate::language::Language;

/// The texts of a digest in one language.
pub(super) struct Texts {
    pub(super) title: &'static str,
    /// Given the day of the list, its name, and the day of the previous one.
    pub(super) compared: fn(&str, &str, &str) -> String,
    pub(super) nothing: &'static str,
    pub(super) added: &'static str,
    pub(super) corrected: &'static str,
    pub(super) removed: &'static str,
    pub(super) check: &'static str,
    pub(super) call: &'static str,
    pub(super) same_for_all: &'static str,
    pub(super) status: fn(Status) -> &'static str,
}

impl Texts {
    pub(super) const fn of(language: Language) -> &'static Self {
        match language {
            Language::Kk => &KK,
            Language::Ru => &RU,
            Language::En => &EN,
        }
    }
}

static KK: Texts = Texts {
    title: "Tekser: жаңадан тараған деректер",
    compared: |day, name, before| {
        format!("Тізімнің {day} күнгі шығарылымы ({name}) {before} күнгісімен салыстырылды.")
    },
    nothing: "Тізімде жаңа ештеңе жоқ.",
    added: "Жаңа жайттар",
    corrected: "Сипаттамасы түзетілгендер",
    removed: "Тізімнен алынғандар",
    check: "Деректеріңіз тарағанын сайтта тексеріңіз. Нені тексергеніңізді ешкім білмейді.",
    call: "Интернет жоқ па? 1414 нөміріне қоңырау шалыңыз.",
    same_for_all: "Бұл хат бәріне бірдей жіберіледі: сіз туралы ештеңе білмейміз.",
    status: |status| match status {
        Status::Confirmed => "расталған",
        Status::Reported => "хабарланған",
        Status::Unverified => "тексерілмеген",
        Status::Fabricated => "ойдан шығарылған",
    },
};

static RU: Texts = Texts {
    title: "Tekser: новые утечки",
    compared: |day, name, before| {
        format!("Список от {day} ({name}) в сравнении со списком от {before}.")
    },
    nothing: "В списке нет ничего нового.",
    added: "Новые утечки",
    corrected: "Исправлены описания",
    removed: "Убраны из списка",
    check: "Проверьте на сайте, есть ли там ваши данные. Что именно вы проверяете, не узнает никто.",
    call: "Нет интернета? Позвоните по номеру 1414.",
    same_for_all: "Это письмо одинаково для всех: о вас мы ничего не знаем.",
    status: |status| match status {
        Status::Confirmed => "подтверждена",
        Status::Reported => "о ней сообщали",
        Status::Unverified => "не проверена",
        Status::Fabricated => "вымышлена",
    },
};

static EN: Texts = Texts {
    title: "Tekser: new leaks",
    compared: |day, name, before| {
        format!("The list of {day} ({name}) compared with that of {before}.")
    },
    nothing: "There is nothing new in the list.",
    added: "New leaks",
    corrected: "Descriptions corrected",
    removed: "Removed from the list",
    check: "Check on the website whether your data are there. Nobody learns what you check.",
    call: "No internet? Call 1414.",
    same_for_all: "This letter is the same for everybody: we know nothing about you.",
    status: |status| match status {
        Status::Confirmed => "confirmed",
        Status::Reported => "reported",
        Status::Unverified => "unverified",
        Status::Fabricated => "fabricated",
    },
};
