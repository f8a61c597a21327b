/// The origin of a value: dumps lose leading zeros, people do not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum TypedBy {
    Person,
    Dump,
}
