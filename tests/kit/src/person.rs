/// A person who does not exist, by number: born in the 1800s, at a reserved domain, in a block of phone numbers that no
/// operator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Person(pub u32);

impl Person {
    /// Returns the IIN, different for each number below 40,000.
    ///
    /// # Panics
    /// Panics if the number is too large.
    #[must_use]
    pub fn iin(self) -> String {
        let (year, sex) = (self.0 % 100, 1 + self.0 % 2);
        let first = |serial: u32| format!("{year:02}0101{sex}{serial:04}");
        // One in eleven has no check digit; one of the next serial numbers has.
        let serials = (0..25).map(|step| first(self.0 / 100 * 25 + step));
        let mut whole = serials.filter_map(|first| crate::with_check_digit(&first));
        let iin = whole.next().expect("a serial number with a check digit");
        assert_eq!(iin.len(), 12, "too large a number");
        iin
    }

    /// Returns a mobile number without its prefix.
    #[must_use]
    pub fn phone(self) -> String {
        format!("709{:07}", self.0)
    }

    /// Returns an e-mail address.
    #[must_use]
    pub fn email(self) -> String {
        format!("person{}@example.kz", self.0)
    }
}
