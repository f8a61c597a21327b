//! What does this query say? From text to an expression.

use super::lexer::{Token, TokenAt, tokens};
use super::{Expression, Problem, QueryError, Step, Term, Vocabulary};

/// Longest expression, in characters.
pub(crate) const MAX_LENGTH: usize = 4096;
/// Maximum depth of nested parentheses and `!`.
pub(crate) const MAX_DEPTH: usize = 64;

type ParseResult<T> = Result<T, (usize, Problem)>;

/// Reads an expression; see the [grammar](super).
pub(super) fn parse(text: &str, vocabulary: &Vocabulary) -> Result<Expression, QueryError> {
    // A text that is too long is not shown either.
    if text.chars().nth(MAX_LENGTH).is_some() {
        return Err(QueryError::new("", 0, Problem::TooLong, vocabulary));
    }
    let parsed = tokens(text).and_then(|tokens| {
        let mut parser = Parser {
            tokens: &tokens,
            vocabulary,
            depth: 0,
        };
        let expression = parser.expression()?;
        match parser.next() {
            (_, Token::End) => Ok(expression),
            (at, _) => Err((at, Problem::Expected("&, -, | or the end"))),
        }
    });
    parsed.map_err(|(at, problem)| QueryError::new(text, at, problem, vocabulary))
}

struct Parser<'a> {
    /// Tokens that are not read yet; the last is the end and stays.
    tokens: &'a [TokenAt<'a>],
    vocabulary: &'a Vocabulary,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> TokenAt<'a> {
        self.tokens[0]
    }

    fn next(&mut self) -> TokenAt<'a> {
        let next = self.peek();
        if self.tokens.len() > 1 {
            self.tokens = &self.tokens[1..];
        }
        next
    }

    fn take(&mut self, wanted: Token<'_>) -> bool {
        let is_there = self.peek().1 == wanted;
        if is_there {
            self.next();
        }
        is_there
    }

    fn expression(&mut self) -> ParseResult<Expression> {
        let first = self.intersection()?;
        let mut operands = vec![first];
        while self.take(Token::Or) {
            operands.push(self.intersection()?);
        }
        Ok(match operands.len() {
            1 => operands.remove(0),
            _ => Expression::Any(operands),
        })
    }

    fn intersection(&mut self) -> ParseResult<Expression> {
        let first = self.operand()?;
        let mut steps = Vec::new();
        while let Some(step) = self.step() {
            steps.push((step, self.operand()?));
        }
        Ok(match steps.is_empty() {
            true => first,
            false => Expression::Steps(Box::new(first), steps),
        })
    }

    fn step(&mut self) -> Option<Step> {
        let step = match self.peek().1 {
            Token::And => Step::And,
            Token::Without => Step::Without,
            _ => return None,
        };
        self.next();
        Some(step)
    }

    fn operand(&mut self) -> ParseResult<Expression> {
        match self.next() {
            (at, Token::Not) => {
                let operand = self.deeper(at, Self::operand)?;
                Ok(Expression::Not(Box::new(operand)))
            }
            (at, Token::Open) => {
                let expression = self.deeper(at, Self::expression)?;
                match self.next() {
                    (_, Token::Close) => Ok(expression),
                    (at, _) => Err((at, Problem::Expected("&, -, | or )"))),
                }
            }
            (_, Token::Word("date")) => self.date().map(Expression::Term),
            (at, Token::Word(word)) => {
                let term = self.vocabulary.term(word);
                term.map(Expression::Term)
                    .map_err(|(fine, problem)| (at + fine, problem))
            }
            (at, _) => Err((at, Problem::Expected("a term, ! or ("))),
        }
    }

    fn date(&mut self) -> ParseResult<Term> {
        let comparison = match self.next() {
            (_, Token::Compare(comparison)) => comparison,
            (at, _) => return Err((at, Problem::Expected("<, <=, =, >= or > after date"))),
        };
        match self.next() {
            (at, Token::Word(word)) => match word.parse() {
                Ok(date) => Ok(Term::Date(comparison, date)),
                Err(_) => Err((at, Problem::BadDate)),
            },
            (at, _) => Err((at, Problem::BadDate)),
        }
    }

    /// Reads what is within a parenthesis or after `!`.
    fn deeper(
        &mut self,
        at: usize,
        read: fn(&mut Self) -> ParseResult<Expression>,
    ) -> ParseResult<Expression> {
        if self.depth == MAX_DEPTH {
            return Err((at, Problem::TooDeep));
        }
        self.depth += 1;
        let inner = read(self);
        self.depth -= 1;
        inner
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let breaches =
            ["a", "a-b", "all", "voters-2019"].map(|id| id.to_owned().try_into().expect("an id"));
        let classes =
            ["names", "passwords"].map(|class| class.to_owned().try_into().expect("a class"));
        Vocabulary::of_names(breaches.into_iter(), classes.into_iter())
    }

    fn read(text: &str) -> Result<String, QueryError> {
        parse(text, &vocabulary()).map(|expression| expression.to_string())
    }

    fn refused(text: &str) -> (usize, Problem) {
        let error = parse(text, &vocabulary()).expect_err("a mistake");
        (error.at, error.problem)
    }

    #[test]
    fn and_and_without_bind_equally_and_more_than_or() {
        for (text, meant) in [
            (
                "a & a-b - voters-2019 & kind:phone",
                "breach:a & breach:a-b - breach:voters-2019 & kind:phone",
            ),
            (
                "a|a-b&voters-2019",
                "breach:a | (breach:a-b & breach:voters-2019)",
            ),
            ("!a & sensitive", "!breach:a & sensitive"),
            ("!(a | !all)", "!(breach:a | !all)"),
            ("(a)-(a-b)", "breach:a - breach:a-b"),
            ("a -a-b", "breach:a - breach:a-b"),
            ("((a))", "breach:a"),
        ] {
            assert_eq!(read(text), Ok(meant.to_owned()), "{text}");
        }
    }

    #[test]
    fn every_term_is_read() {
        for (text, meant) in [
            ("a-b", "breach:a-b"),
            ("all", "all"),
            ("breach:all", "breach:all"),
            ("kind:id_card", "kind:id_card"),
            ("class:passwords", "class:passwords"),
            ("status:fabricated", "status:fabricated"),
            ("type:warning", "type:warning"),
            ("date >= 2024-03", "date>=2024-03"),
            ("date=2024", "date=2024"),
            ("date<2024-03-05", "date<2024-03-05"),
        ] {
            assert_eq!(read(text), Ok(meant.to_owned()), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_reported_at_its_character() {
        let expected = Problem::Expected;
        for (text, at, problem) in [
            ("", 0, expected("a term, ! or (")),
            ("a &", 3, expected("a term, ! or (")),
            ("a a-b", 2, expected("&, -, | or the end")),
            ("a)", 1, expected("&, -, | or the end")),
            ("(a | a-b", 8, expected("&, -, | or )")),
            ("a & + a", 4, expected("a word, a sign or a parenthesis")),
            ("a | Ә", 4, expected("a word, a sign or a parenthesis")),
            ("date 2024", 5, expected("<, <=, =, >= or > after date")),
            ("date>=soon", 6, Problem::BadDate),
            ("date>=", 6, Problem::BadDate),
            ("a | b", 4, Problem::UnknownBreach),
            ("a- a-b", 0, Problem::HangingHyphen),
            ("a & kind:fax", 9, Problem::UnknownKind),
            (
                "class:names | class:hats",
                20,
                Problem::UnknownClass(vec!["names".to_owned(), "passwords".to_owned()]),
            ),
            ("status:sure", 7, Problem::UnknownStatus),
            ("type:rumour", 5, Problem::UnknownType),
            (
                "colour:red",
                0,
                expected("breach:, kind:, class:, status: or type:"),
            ),
        ] {
            assert_eq!(refused(text), (at, problem), "{text}");
        }
    }

    #[test]
    fn the_mark_stands_below_the_character() {
        let message = parse("a | voters", &vocabulary())
            .expect_err("a mistake")
            .to_string();
        let lines: Vec<&str> = message.lines().collect();
        assert!(
            lines[0].starts_with("the query cannot be read at character 5: "),
            "{message}"
        );
        assert_eq!(lines[1..], ["  a | ······", "      ^"]);
    }

    #[test]
    fn a_mistake_repeats_no_word_that_may_be_personal_data() {
        for text in [
            "a | 880101300123",
            "person@example.kz",
            "a & kind:+77090000001",
            "имя",
            "1801-01-01x",
        ] {
            let message = parse(text, &vocabulary())
                .expect_err("a mistake")
                .to_string();
            for secret in [
                "880101300123",
                "person",
                "example",
                "0000001",
                "имя",
                "1801",
            ] {
                assert!(!message.contains(secret), "{text}: {message}");
            }
        }
    }

    #[test]
    fn length_and_depth_are_bounded() {
        let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
        assert!(read(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(
            refused(&nested(MAX_DEPTH + 1)),
            (MAX_DEPTH, Problem::TooDeep)
        );
        assert_eq!(
            refused(&format!("{}a", "!".repeat(MAX_DEPTH + 1))),
            (MAX_DEPTH, Problem::TooDeep)
        );
        assert!(read(&format!("a{}", "|a".repeat(2047))).is_ok());
        assert_eq!(refused(&" ".repeat(MAX_LENGTH + 1)), (0, Problem::TooLong));
    }
}
