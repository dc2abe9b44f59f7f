//! What is given on the command line.

use std::path::PathBuf;

pub(crate) const USAGE: &str = "\
usage: notifier --platform FILE --outbox FILE [--until-idle]

  --platform FILE   the SQLite file of the platform
  --outbox FILE     the SQLite file that is mailed into, made if it is not there
  --until-idle      stop once everything is mailed, instead of waiting for more";

#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) platform: PathBuf,
    pub(crate) outbox: PathBuf,
    pub(crate) until_idle: bool,
    pub(crate) wants_help: bool,
}

impl Arguments {
    pub(crate) fn parse(given: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let (mut platform, mut outbox) = (None::<PathBuf>, None::<PathBuf>);
        let (mut until_idle, mut wants_help) = (false, false);
        let mut given = given.into_iter();
        while let Some(option) = given.next() {
            let place = match option.as_str() {
                "--platform" => &mut platform,
                "--outbox" => &mut outbox,
                "--until-idle" => {
                    until_idle = true;
                    continue;
                }
                "--help" | "-h" => {
                    wants_help = true;
                    continue;
                }
                _ => return Err(format!("{option}: is no option")),
            };
            let file = given.next().ok_or_else(|| format!("{option}: a file must follow"))?;
            if place.replace(file.into()).is_some() {
                return Err(format!("{option}: can be given once"));
            }
        }
        let missing = |option| format!("{option}: must be given");
        match (platform, outbox) {
            _ if wants_help => Ok(Self {
                platform: PathBuf::new(),
                outbox: PathBuf::new(),
                until_idle,
                wants_help,
            }),
            (Some(platform), Some(outbox)) => Ok(Self { platform, outbox, until_idle, wants_help }),
            (None, _) => Err(missing("--platform")),
            (_, None) => Err(missing("--outbox")),
        }
    }
}
