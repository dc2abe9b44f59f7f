use std::{
    fs::OpenOptions,
    io::ErrorKind,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{
    SqliteRepository,
    error::{backend, failure},
    migrations::migrate,
    readers::Readers,
    writer::Writer,
};
use crate::repository::{RepositoryError, Result};

/// The first version whose write-ahead log cannot be corrupted by a reset that meets a checkpoint.
const OLDEST_SQLITE: i32 = 3_051_003;
/// More than there are statements, so that none is ever prepared twice.
const CACHED_STATEMENTS: usize = 512;
const RETRY_EVERY: Duration = Duration::from_millis(5);

/// What an acknowledged commit survives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Synchronous {
    /// A loss of power: every commit waits for the disk.
    #[default]
    Full,
    /// The end of the process. A loss of power may take the last commits, and never more.
    Normal,
}

/// How a [`SqliteRepository`] is opened.
///
/// # Example: more readers, and commits that do not wait for the disk
///
/// ```
/// use std::time::Duration;
///
/// use sitstay::sqlite::{SqliteRepository, Synchronous};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("lessons.sqlite3");
/// let repository = SqliteRepository::builder(path)
///     .readers(8)
///     .synchronous(Synchronous::Normal)
///     .busy_timeout(Duration::from_secs(2))
///     .open()?;
/// # drop(repository);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until it opens"]
pub struct SqliteBuilder {
    path: PathBuf,
    synchronous: Synchronous,
    readers: usize,
    busy_timeout: Duration,
    mapped_bytes: i64,
}

impl SqliteBuilder {
    pub(super) fn new(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            synchronous: Synchronous::default(),
            readers: 3,
            busy_timeout: Duration::from_secs(5),
            mapped_bytes: u32::MAX.into(),
        }
    }

    /// Sets what an acknowledged commit survives; a loss of power by default.
    pub fn synchronous(mut self, synchronous: Synchronous) -> Self {
        self.synchronous = synchronous;
        self
    }

    /// Sets how many reads run at once, each on a thread of its own; 3 by default, at least 1.
    pub fn readers(mut self, readers: usize) -> Self {
        self.readers = readers.max(1);
        self
    }

    /// Sets how long a commit waits for another process before it fails as
    /// [`Contention`](RepositoryError::Contention); 5 seconds by default.
    pub fn busy_timeout(mut self, timeout: Duration) -> Self {
        self.busy_timeout = timeout;
        self
    }

    /// Sets how much of the file, from its beginning, reads take from a map of memory; as much as
    /// SQLite maps by default, some 2 GiB.
    ///
    /// Reads all over a file that is much larger than the caches of its connections take half the
    /// time then: searches in a large country, for instance. What is mapped counts as the process's
    /// memory in some tools, and the operating system takes it back when it needs it. The price:
    /// where the disk fails under a map, the operating system ends the process, instead of a call that
    /// returns an error. `0` maps nothing. Writes never go through a map.
    pub fn memory_map(mut self, bytes: u32) -> Self {
        self.mapped_bytes = bytes.into();
        self
    }

    /// Opens the file, or makes it, and brings its schema up to date.
    ///
    /// A new file can be read and written by its owner only (mode 0600). It blocks while it reads
    /// and, the first time, writes the schema.
    ///
    /// # Errors
    ///
    /// [`RepositoryError::NewerSchema`] if a newer version of the library wrote the file,
    /// [`RepositoryError::Corrupt`] if its schema is not the one that the library made,
    /// [`RepositoryError::Contention`] if another process holds it for too long, and
    /// [`RepositoryError::Backend`] if it cannot be opened or is no database.
    pub fn open(self) -> Result<SqliteRepository> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            let found = rusqlite::version();
            return Err(failure(format!("SQLite {found} is older than 3.51.3")));
        }
        create(&self.path)?;
        let mut writer = self.connect()?;
        migrate(&mut writer)?;
        let mut readers = Vec::with_capacity(self.readers);
        for _ in 0..self.readers {
            let reader = self.connect()?;
            reader.pragma_update(None, "query_only", true).map_err(backend)?;
            reader.pragma_update(None, "mmap_size", self.mapped_bytes).map_err(backend)?;
            readers.push(reader);
        }
        Ok(SqliteRepository { writer: Writer::start(writer)?, readers: Readers::start(readers)? })
    }

    fn connect(&self) -> Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags).map_err(backend)?;
        connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
        connection.busy_timeout(self.busy_timeout).map_err(backend)?;
        // Otherwise every call of a statement plans it anew that compares a parameter with a column
        // which the condition of a partial index names.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(backend)?;
        self.switch_to_wal(&connection)?;
        let synchronous = match self.synchronous {
            Synchronous::Full => "FULL",
            Synchronous::Normal => "NORMAL",
        };
        connection.pragma_update(None, "synchronous", synchronous).map_err(backend)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(backend)?;
        // What is erased must not stay behind in free pages; for the rest there is `compact`.
        connection.execute_batch("PRAGMA secure_delete = ON").map_err(backend)?;
        // Journals of savepoints and statements stay in memory: in files they take longer, and leave
        // pages with what is erased in the folder for temporary files.
        connection.pragma_update(None, "temp_store", "MEMORY").map_err(backend)?;
        // In KiB: the default of 2,000 reads pages of a large file again and again.
        connection.pragma_update(None, "cache_size", -16_384).map_err(backend)?;
        Ok(connection)
    }

    /// SQLite does not wait by itself while another process makes the same switch.
    fn switch_to_wal(&self, connection: &Connection) -> Result<()> {
        let mut waited = Duration::ZERO;
        loop {
            let mode = connection
                .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get::<_, String>(0))
                .map_err(backend);
            match mode {
                Ok(mode) if mode == "wal" => return Ok(()),
                Ok(mode) => return Err(failure(format!("the journal mode stays {mode}"))),
                Err(RepositoryError::Contention(_)) if waited < self.busy_timeout => {
                    thread::sleep(RETRY_EVERY);
                    waited += RETRY_EVERY;
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// Makes the file, if there is none, for nobody but its owner.
fn create(path: &Path) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failure(error)),
    }
}
