//! Which number is a decimal of 128 bits? (IEEE 754-2008, integer significand, as in BSON)

/// Maximum number of digits of a significand.
const DIGITS: u32 = 34;

/// Bias of the exponent.
const BIAS: i32 = 6176;

/// Maximum distance of the point from the digits for a number to be written out.
const WRITTEN_OUT: usize = 40;

/// Writes the number as people do.
pub(super) fn written(bits: u128) -> String {
    let high = (bits >> 64) as u64;
    let sign = if high >> 63 == 1 { "-" } else { "" };
    match high >> 58 & 0x1F {
        0x1F => return "NaN".to_owned(),
        0x1E => return format!("{sign}Infinity"),
        _ => {}
    }
    // With both highest bits of the exponent set, the significand is larger than it may be, and counts as zero.
    let is_large = high >> 61 & 3 == 3;
    let exponent = if is_large { high >> 47 } else { high >> 49 } & 0x3FFF;
    let significand = bits & ((1 << 113) - 1);
    let is_number = !is_large && significand < 10_u128.pow(DIGITS);
    let digits = if is_number { significand } else { 0 }.to_string();
    format!("{sign}{}", placed(&digits, exponent as i32 - BIAS))
}

/// Writes digits with a point `places` from their end, or zeros.
fn placed(digits: &str, exponent: i32) -> String {
    let places = exponent.unsigned_abs() as usize;
    match exponent.signum() {
        0 => digits.to_owned(),
        1 if places <= WRITTEN_OUT => format!("{digits}{}", "0".repeat(places)),
        -1 if places < digits.len() => {
            let (whole, rest) = digits.split_at(digits.len() - places);
            format!("{whole}.{rest}")
        }
        -1 if places - digits.len() <= WRITTEN_OUT => {
            format!("0.{}{digits}", "0".repeat(places - digits.len()))
        }
        _ => format!("{digits}E{exponent}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_as_mongodb_writes_them() {
        let of =
            |significand: u128, exponent: i32| significand | ((exponent + BIAS) as u128) << 113;
        assert_eq!(written(of(870_101_100_005, 0)), "870101100005");
        assert_eq!(written(of(15, -1)), "1.5");
        assert_eq!(written(of(15, -3)), "0.015");
        assert_eq!(written(of(15, 2)), "1500");
        assert_eq!(written(of(15, 0) | 1 << 127), "-15");
        assert_eq!(written(of(15, 100)), "15E100");
        assert_eq!(written(0x7800 << 112), "Infinity");
        assert_eq!(written(0x7C00 << 112), "NaN");
        assert_eq!(written(u128::MAX >> 1), "NaN");
    }
}
