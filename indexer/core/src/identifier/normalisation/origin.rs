/// Who wrote a value: dumps lose leading zeros, persons do not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TypedBy {
    Person,
    Dump,
}
