//! How thorough the tests are.
#![allow(dead_code, unreachable_pub, reason = "every test binary uses its own part of this")]

/// Says whether the long form of the tests was asked for, by `SITSTAY_DEEP_TESTS` in the environment.
pub fn is_deep() -> bool {
    std::env::var_os("SITSTAY_DEEP_TESTS").is_some()
}
