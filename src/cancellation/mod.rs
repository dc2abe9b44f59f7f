//! stub
use serde::{Deserialize, Serialize};
/// stub
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CancellationPolicy(Vec<u8>);
impl CancellationPolicy {
    /// x
    #[must_use]
    pub fn one_day() -> Self {
        Self(vec![])
    }
}
