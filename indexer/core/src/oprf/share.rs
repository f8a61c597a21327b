use curve25519_dalek::Scalar;

use super::key::random_scalar;
use super::{KeyFileError, OprfError, PublicKey, SecretKey};

/// The number of a share and their count; `1/1` is a whole key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShareNumber {
    /// Number, from 1.
    pub number: u8,
    /// Number of shares that add up to the key.
    pub of: u8,
}

/// A summand of the key: `k = k₁ + … + kₙ`. Any n − 1 of the shares reveal nothing about the key.
pub struct KeyShare {
    secret: SecretKey,
    number: ShareNumber,
    whole: PublicKey,
}

impl KeyShare {
    pub(super) const fn new(secret: SecretKey, number: ShareNumber, whole: PublicKey) -> Self {
        Self {
            secret,
            number,
            whole,
        }
    }

    /// The share itself, with which an evaluator evaluates.
    #[must_use]
    pub const fn secret(&self) -> &SecretKey {
        &self.secret
    }

    /// Returns the number of this share.
    #[must_use]
    pub const fn number(&self) -> ShareNumber {
        self.number
    }

    /// The public key of the whole, which the index knows.
    #[must_use]
    pub const fn whole(&self) -> &PublicKey {
        &self.whole
    }
}

/// Splits a key into `count` shares (at least one) that add up to it.
///
/// # Errors
/// [`OprfError::BadInput`] if `count` is 0, [`OprfError::Randomness`].
pub fn split(key: &SecretKey, count: u8) -> Result<Vec<KeyShare>, OprfError> {
    let mut scalars: Vec<Scalar> = (1..count)
        .map(|_| random_scalar())
        .collect::<Result<_, _>>()?;
    let last = key.scalar() - scalars.iter().sum::<Scalar>();
    if count == 0 || last == Scalar::ZERO {
        return Err(OprfError::BadInput);
    }
    scalars.push(last);
    let whole = key.public_key();
    let numbered = (1..=count).zip(scalars);
    Ok(numbered
        .map(|(number, scalar)| {
            KeyShare::new(
                SecretKey::from_scalar(scalar),
                ShareNumber { number, of: count },
                whole,
            )
        })
        .collect())
}

/// The key that the shares add up to.
///
/// # Errors
/// [`KeyFileError`] says what is missing, doubled or of another key.
pub(super) fn combine(shares: &[KeyShare]) -> Result<SecretKey, KeyFileError> {
    let first = shares.first().ok_or(KeyFileError::None)?;
    let needed = first.number.of;
    if shares
        .iter()
        .any(|share| share.number.of != needed || share.whole != first.whole)
    {
        return Err(KeyFileError::MixedKeys);
    }
    let mut numbers: Vec<u8> = shares.iter().map(|share| share.number.number).collect();
    numbers.sort_unstable();
    if let Some(pair) = numbers.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(KeyFileError::DuplicateShare { number: pair[0] });
    }
    if numbers.len() < usize::from(needed) {
        return Err(KeyFileError::MissingShares {
            have: numbers.len(),
            needed: usize::from(needed),
        });
    }
    let key = SecretKey::from_scalar(shares.iter().map(|share| share.secret.scalar()).sum());
    if key.public_key() == first.whole {
        Ok(key)
    } else {
        Err(KeyFileError::MixedKeys)
    }
}
