//! Does this line say what it holds? Labels of password managers and stealers, in the languages they are written in.

/// What a labelled line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Page,
    Account,
    Password,
    /// Something else, such as the browser.
    Other,
}

const PAGES: &[&str] = &[
    "url",
    "uri",
    "host",
    "hostname",
    "host name",
    "site",
    "website",
    "web site",
    "web",
    "web page",
    "link",
    "domain",
    "page",
    "origin",
    "origin url",
    "action url",
    "server",
    "address",
    "resource",
    "ссылка",
    "сайт",
    "хост",
    "домен",
    "страница",
    "сервер",
    "адрес",
    "адрес сайта",
    "ресурс",
    "урл",
    "сілтеме",
    "сілтемесі",
    "веб сайт",
    "бет",
    "посилання",
    "sitio",
    "enlace",
    "seite",
    "lien",
    "adres",
    "网址",
    "链接",
    "网站",
];

const ACCOUNTS: &[&str] = &[
    "user",
    "username",
    "user name",
    "user login",
    "user id",
    "userid",
    "usr",
    "uname",
    "login",
    "login name",
    "log in",
    "account",
    "account name",
    "email",
    "e mail",
    "mail",
    "email address",
    "nick",
    "nickname",
    "phone",
    "логин",
    "логін",
    "пользователь",
    "имя пользователя",
    "юзер",
    "юзернейм",
    "почта",
    "эл почта",
    "электронная почта",
    "емейл",
    "имейл",
    "аккаунт",
    "акк",
    "учетная запись",
    "учётная запись",
    "телефон",
    "никнейм",
    "ник",
    "пайдаланушы",
    "пайдаланушы аты",
    "қолданушы",
    "қолданушы аты",
    "пошта",
    "электрондық пошта",
    "тіркелгі",
    "користувач",
    "usuario",
    "nombre de usuario",
    "usuário",
    "correo",
    "benutzer",
    "benutzername",
    "utilisateur",
    "identifiant",
    "nom d utilisateur",
    "kullanıcı",
    "kullanıcı adı",
    "kullanici",
    "kullanici adi",
    "użytkownik",
    "utente",
    "账号",
    "帐号",
    "账户",
    "用户名",
    "邮箱",
];

const PASSWORDS: &[&str] = &[
    "pass",
    "password",
    "pass word",
    "passwd",
    "passw",
    "pwd",
    "psw",
    "пароль",
    "пасс",
    "пасворд",
    "құпия сөз",
    "құпиясөз",
    "құпия сөзі",
    "құпиясөзі",
    "кұпия сөз",
    "contraseña",
    "clave",
    "senha",
    "passwort",
    "kennwort",
    "mot de passe",
    "mdp",
    "şifre",
    "sifre",
    "parola",
    "hasło",
    "haslo",
    "密码",
    "口令",
];

const OTHERS: &[&str] = &[
    "soft",
    "software",
    "application",
    "app",
    "browser",
    "web browser",
    "profile",
    "program",
    "storage",
    "source",
    "date",
    "time",
    "created time",
    "created",
    "modified time",
    "modified",
    "last used",
    "times used",
    "password strength",
    "password field",
    "user name field",
    "username field",
    "login field",
    "filename",
    "file",
    "path",
    "country",
    "ip",
    "hwid",
    "build",
    "type",
    "title",
    "name",
    "note",
    "notes",
    "comment",
    "софт",
    "браузер",
    "приложение",
    "программа",
    "профиль",
    "источник",
    "дата",
    "название",
    "қолданба",
    "бағдарлама",
    "қосымша",
    "күні",
    "атауы",
    "n",
    "no",
    "id",
    "form",
];

/// Longest label, in bytes.
const LONGEST: usize = 64;

/// What a line holds by its label, and the value after it. A blank is next to the colon, unless it is known that the
/// list has labels (`is_in_blocks`): `user:123` is an account.
pub(super) fn labelled(line: &str, is_in_blocks: bool) -> Option<(Label, &str)> {
    let line = without_number(line.trim());
    let place = line.find([':', '=']).filter(|place| *place <= LONGEST);
    let dash = line
        .find(" - ")
        .filter(|place| *place <= LONGEST && place_is_before(*place, line));
    let (key, value) = match (place, dash) {
        (_, Some(dash)) => (&line[..dash], &line[dash + 2..]),
        (Some(place), None) => (&line[..place], &line[place + 1..]),
        (None, None) => return None,
    };
    let is_spaced =
        value.starts_with([' ', '\t']) || key.ends_with([' ', '\t']) || key.ends_with(']');
    // In a list of blocks, an unknown word before a colon is a label, too.
    let is_word = |key: &str| {
        key.trim()
            .chars()
            .all(|c| c.is_alphabetic() || " _-./()".contains(c))
    };
    let label = match of(key) {
        None if is_in_blocks && is_spaced && is_word(key) => Label::Other,
        label => label?,
    };
    let is_page = label == Label::Page && value.contains("://");
    let value = value.trim();
    // A word without a value says nothing, unless it is one of several.
    (is_in_blocks || is_page || is_spaced && !value.is_empty()).then_some((label, value))
}

/// A dash separates only where no colon comes before it.
fn place_is_before(dash: usize, line: &str) -> bool {
    line.find([':', '=']).is_none_or(|colon| colon > dash)
}

/// Returns a line without the number or mark that it may begin with in a list: `12) `, `- `, `[`.
fn without_number(line: &str) -> &str {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let behind = &line[digits..];
    let line = match digits > 0 && behind.starts_with([')', '.', ' ']) {
        true => behind.trim_start_matches([')', '.', ' ']),
        false => line,
    };
    line.trim_start_matches(['-', '*', '•', '[', '|', '>', '#', '"', ' ', '\t'])
}

/// What a label stands for.
fn of(key: &str) -> Option<Label> {
    let words: Vec<String> = key
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let key = words.join(" ");
    let is_in = |list: &[&str]| list.contains(&key.as_str());
    [
        (PAGES, Label::Page),
        (ACCOUNTS, Label::Account),
        (PASSWORDS, Label::Password),
        (OTHERS, Label::Other),
    ]
    .into_iter()
    .find_map(|(list, label)| is_in(list).then_some(label))
}

/// The labelled values of one line that has several: `URL: x Login: y Password: z`.
pub(super) fn inline(line: &str) -> Option<Vec<(Label, &str)>> {
    let mut labels: Vec<(usize, usize, Label)> = Vec::new();
    for (colon, _) in line.match_indices(':').take(64) {
        if !line[colon + 1..].starts_with([' ', '\t']) {
            continue;
        }
        let bound = labels.last().map_or(0, |(_, end, _)| *end);
        if let Some((begin, label)) = label_before(&line[bound..colon]) {
            labels.push((bound + begin, colon + 1, label));
        }
    }
    let (first, _, _) = *labels.first()?;
    let has = |wanted: Label| labels.iter().any(|(_, _, label)| *label == wanted);
    if !has(Label::Password) || labels.len() < 2 || !without_number(&line[..first]).is_empty() {
        return None;
    }
    let value = |(number, (_, begin, label)): (usize, &(usize, usize, Label))| {
        let end = labels
            .get(number + 1)
            .map_or(line.len(), |(begin, _, _)| *begin);
        (
            *label,
            line[*begin..end].trim_matches([' ', '\t', '|', ';', ',']),
        )
    };
    Some(labels.iter().enumerate().map(value).collect())
}

/// The label that a text ends with, of one to three words, and where it begins.
fn label_before(text: &str) -> Option<(usize, Label)> {
    let text = text.trim_end();
    let mut begins: Vec<usize> = Vec::new();
    let mut end = text.len();
    for _ in 0..3 {
        let begin = text[..end]
            .rfind([' ', '\t', '|', ';', ','])
            .map_or(0, |place| place + 1);
        begins.push(begin);
        end = text[..begin].trim_end_matches(' ').len();
        if begin == 0 || end == 0 {
            break;
        }
    }
    begins.into_iter().rev().find_map(|begin| {
        let key = text[begin..].trim_start();
        let begin = text.len() - key.len();
        (key.len() <= LONGEST)
            .then(|| of(key))
            .flatten()
            .map(|label| (begin, label))
    })
}

/// Returns whether a line only separates others.
pub(super) fn is_rule(line: &str) -> bool {
    let line = line.trim();
    line.chars().all(|c| "=-_*#~+─═—".contains(c)) && line.chars().count() >= 3
}

/// Returns whether every field of a line names a field of the others.
pub(super) fn names_fields(line: &str) -> bool {
    let fields: Vec<&str> = line
        .trim()
        .split([':', ';', '|', '\t', ','])
        .map(str::trim)
        .collect();
    let names = fields.iter().filter(|field| of(field).is_some()).count();
    fields.len() > 1 && names == fields.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_known_by_its_word_and_the_blank_next_to_its_colon() {
        for (line, expected) in [
            ("URL: https://x", (Label::Page, "https://x")),
            ("url:https://x", (Label::Page, "https://x")),
            ("  User Name         : ivan", (Label::Account, "ivan")),
            ("12) E-mail: a@example.kz", (Label::Account, "a@example.kz")),
            ("[Password]: x:y", (Label::Password, "x:y")),
            ("Password Strength : Strong", (Label::Other, "Strong")),
            ("Құпия сөз: x", (Label::Password, "x")),
        ] {
            assert_eq!(labelled(line, false), Some(expected), "{line}");
        }
        for line in ["user:123", "ivan: x", "", "password", "user:"] {
            assert_eq!(labelled(line, false), None, "{line}");
        }
        assert_eq!(labelled("user:123", true), Some((Label::Account, "123")));
    }

    #[test]
    fn several_labels_of_a_line_are_distinguished() {
        assert_eq!(
            inline("Host: https://x:80 | User Name: ivan | Password: a b"),
            Some(vec![
                (Label::Page, "https://x:80"),
                (Label::Account, "ivan"),
                (Label::Password, "a b")
            ])
        );
        assert_eq!(inline("Password: x"), None);
        assert_eq!(inline("ivan: x password: y"), None);
    }
}
