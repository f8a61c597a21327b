//! Which set of identifiers does a query describe?

use std::fmt;

use exposure_index::breach::{BreachId, DataClass, Metadata, PartialDate, Status};
use exposure_index::identifier::Kind;

/// Description of a set of identifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Expression {
    /// The set of a single term.
    Term(Term),
    /// Everything outside the set.
    Not(Box<Expression>),
    /// The union of sets.
    Any(Vec<Expression>),
    /// The result of steps, from left to right.
    Steps(Box<Expression>, Vec<(Step, Expression)>),
}

/// A step of an intersection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Keeps what is in the operand as well.
    And,
    /// Removes what is in the operand.
    Without,
}

/// The smallest part of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Term {
    /// Identifiers in this breach.
    Breach(BreachId),
    /// Identifiers of this kind.
    Kind(Kind),
    /// Identifiers with which this class leaked.
    Class(DataClass),
    /// Identifiers in a breach of this status.
    Status(Status),
    /// Identifiers in a breach of such a date.
    Date(Comparison, PartialDate),
    /// Identifiers in a leak, or in a warning list.
    Type(BreachType),
    /// Identifiers in a sensitive breach.
    Sensitive,
    /// All identifiers.
    All,
}

/// Type of a breach in the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BreachType {
    /// A leak.
    Leak,
    /// A warning list.
    Warning,
}

impl BreachType {
    pub(super) const ALL: [Self; 2] = [Self::Leak, Self::Warning];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Leak => "leak",
            Self::Warning => "warning",
        }
    }
}

/// Comparison of dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `<`
    Before,
    /// `<=`
    UpTo,
    /// `=`
    In,
    /// `>=`
    From,
    /// `>`
    After,
}

impl Term {
    /// Returns whether this term asks for all identifiers of such a breach; never for kinds and classes.
    pub(super) fn means(&self, breach: &Metadata) -> bool {
        match self {
            Self::Breach(id) => breach.id == *id,
            Self::Status(status) => breach.status == *status,
            Self::Date(comparison, date) => comparison.holds(&breach.date, date),
            Self::Type(BreachType::Leak) => breach.is_leak(),
            Self::Type(BreachType::Warning) => !breach.is_leak(),
            Self::Sensitive => breach.sensitive,
            Self::Kind(_) | Self::Class(_) | Self::All => false,
        }
    }
}

impl Comparison {
    pub(super) const ALL: [Self; 5] = [Self::Before, Self::UpTo, Self::In, Self::From, Self::After];

    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Before => "<",
            Self::UpTo => "<=",
            Self::In => "=",
            Self::From => ">=",
            Self::After => ">",
        }
    }

    /// Compares as far as both are known: a breach of 2024 is not after March 2024, nor before it, but in it.
    fn holds(self, breach: &PartialDate, date: &PartialDate) -> bool {
        let (breach, date) = (breach.as_str(), date.as_str());
        let known = breach.len().min(date.len());
        let order = breach[..known].cmp(&date[..known]);
        match self {
            Self::Before => order.is_lt(),
            Self::UpTo => order.is_le(),
            Self::In => order.is_eq(),
            Self::From => order.is_ge(),
            Self::After => order.is_gt(),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Term(term) => term.fmt(f),
            Self::Not(operand) => write!(f, "!{}", Operand(operand)),
            Self::Any(operands) => {
                for (place, operand) in operands.iter().enumerate() {
                    let sign = if place == 0 { "" } else { " | " };
                    write!(f, "{sign}{}", Operand(operand))?;
                }
                Ok(())
            }
            Self::Steps(first, steps) => {
                Operand(first).fmt(f)?;
                steps.iter().try_for_each(|(step, operand)| {
                    write!(f, " {} {}", step.sign(), Operand(operand))
                })
            }
        }
    }
}

impl Step {
    const fn sign(self) -> char {
        match self {
            Self::And => '&',
            Self::Without => '-',
        }
    }
}

/// Prints a part of an expression, in parentheses if it has parts itself.
struct Operand<'a>(&'a Expression);

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Expression::Any(_) | Expression::Steps(..) => write!(f, "({})", self.0),
            Expression::Term(_) | Expression::Not(_) => self.0.fmt(f),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Breach(id) => write!(f, "breach:{id}"),
            Self::Kind(kind) => write!(f, "kind:{kind}"),
            Self::Class(class) => write!(f, "class:{class}"),
            Self::Status(status) => write!(f, "status:{status}"),
            Self::Date(comparison, date) => write!(f, "date{}{date}", comparison.sign()),
            Self::Type(breach_type) => write!(f, "type:{}", breach_type.name()),
            Self::Sensitive => f.write_str("sensitive"),
            Self::All => f.write_str("all"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_compared_as_far_as_both_are_known() {
        let holds = |breach: &str, sign: &str, date: &str| {
            let comparison = Comparison::ALL.into_iter().find(|one| one.sign() == sign);
            let [breach, date] = [breach, date].map(|date| date.parse().expect("a date"));
            comparison.expect("a sign").holds(&breach, &date)
        };
        for (breach, sign, date) in [
            ("2024-03-05", ">=", "2024"),
            ("2024-03-05", "<=", "2024"),
            ("2024-03-05", "=", "2024-03"),
            ("2024-03-05", ">", "2024-02"),
            ("2024-03-05", "<", "2024-03-06"),
            ("2024", "=", "2024-03"),
        ] {
            assert!(holds(breach, sign, date), "{breach} {sign} {date}");
        }
        for (breach, sign, date) in [
            ("2024-03-05", ">", "2024"),
            ("2024-03-05", "<", "2024"),
            ("2024", ">", "2024-03"),
            ("2024", "<", "2024-03"),
            ("2019", "=", "2024"),
        ] {
            assert!(!holds(breach, sign, date), "{breach} {sign} {date}");
        }
    }
}
