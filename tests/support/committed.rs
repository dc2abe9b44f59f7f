//! Files of this repository that the code makes: they are committed, and compared with what it makes.

use std::{env, fs, path::Path};

/// Set to anything: such files are written anew instead of compared.
const WRITE: &str = "SITSTAY_WRITE_PICTURES";

/// Compares a file, by its path from the top of the repository, with what the code makes of it.
#[track_caller]
pub(crate) fn check(path: &str, made: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if env::var_os(WRITE).is_some() {
        fs::write(file, made).unwrap();
        return;
    }
    let committed = fs::read_to_string(file).unwrap_or_default();
    assert!(
        committed == made,
        "{path} is not what the code makes; run the test with {WRITE}=1, look at it and commit it"
    );
}
