//! Division in 128 bits, where no product of two 64-bit numbers overflows.

/// Divides by a positive `divisor` and rounds to the nearest whole number, halves upwards.
///
/// "Upwards" is towards positive infinity, for negative numbers as well. Both numbers must be
/// far enough from the bounds of 128 bits to be doubled, which products of 64-bit numbers are.
pub(super) const fn divide_half_up(dividend: i128, divisor: i128) -> i128 {
    (2 * dividend + divisor).div_euclid(2 * divisor)
}
