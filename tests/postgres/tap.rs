//! A tap on the wire between the library and its server, which counts round trips.

use std::{
    collections::BTreeSet,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::postgres::PgConnectOptions;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, UnixListener, UnixStream},
};

/// What went from the clients to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Round trips that carried out something.
    pub(crate) executions: usize,
    /// Round trips that only prepared a statement.
    pub(crate) preparations: usize,
    /// Statements that were prepared, each with the types of its parameters.
    pub(crate) prepared: Vec<(String, Vec<u32>)>,
    /// Empty round trips: by these a pool looks whether a connection that comes back is sound.
    pub(crate) pings: usize,
}

/// A tap: clients connect to its socket instead of the server's.
#[derive(Debug)]
pub(crate) struct Tap {
    folder: TempDir,
    options: PgConnectOptions,
    counts: Arc<Mutex<Counts>>,
}

impl Tap {
    /// Sits down before a server.
    pub(crate) fn before(options: PgConnectOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = options.get_port();
        let listener = UnixListener::bind(folder.path().join(format!(".s.PGSQL.{port}"))).unwrap();
        let counts = Arc::new(Mutex::new(Counts::default()));
        let server = options.get_socket().map_or_else(
            || Server::Tcp(format!("{}:{port}", options.get_host())),
            |folder| Server::Unix(folder.join(format!(".s.PGSQL.{port}"))),
        );
        let seen = Arc::clone(&counts);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, server.clone(), Arc::clone(&seen)));
            }
        });
        Self { folder, options, counts }
    }

    pub(crate) fn options(&self) -> PgConnectOptions {
        self.options.clone().socket(self.folder.path())
    }

    /// Returns what was counted since the last call.
    pub(crate) fn take(&self) -> Counts {
        std::mem::take(&mut *self.counts.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns what was counted so far.
    pub(crate) fn prepared(&self) -> BTreeSet<(String, Vec<u32>)> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.prepared.iter().cloned().collect()
    }
}

#[derive(Debug, Clone)]
enum Server {
    Unix(PathBuf),
    Tcp(String),
}

async fn forward(client: UnixStream, server: Server, counts: Arc<Mutex<Counts>>) {
    let (mut from_client, mut to_client) = client.into_split();
    let mut reader = Reader { counts, pending: Vec::new(), started: false, batch: Batch::Empty };
    let mut upstream = async |mut to_server: tokio::io::WriteHalf<Box<dyn Duplex>>| {
        let mut chunk = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = from_client.read(&mut chunk).await {
            // Counted before the server can answer: whoever has the answer finds it counted.
            reader.see(&chunk[..length]);
            if to_server.write_all(&chunk[..length]).await.is_err() {
                break;
            }
        }
        let _ = to_server.shutdown().await;
    };
    let server: Box<dyn Duplex> = match server {
        Server::Unix(path) => match UnixStream::connect(path).await {
            Ok(stream) => Box::new(stream),
            Err(_) => return,
        },
        Server::Tcp(address) => match TcpStream::connect(address).await {
            Ok(stream) => Box::new(stream),
            Err(_) => return,
        },
    };
    let (mut from_server, to_server) = tokio::io::split(server);
    let downstream = async {
        let _ = tokio::io::copy(&mut from_server, &mut to_client).await;
        let _ = to_client.shutdown().await;
    };
    tokio::join!(upstream(to_server), downstream);
}

trait Duplex: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin {}

impl<T: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin> Duplex for T {}

/// Cuts the client's bytes into messages; see "Message Formats" in the manual of Postgres.
struct Reader {
    counts: Arc<Mutex<Counts>>,
    pending: Vec<u8>,
    /// Whether the messages without a type, with which a connection begins, are over.
    started: bool,
    batch: Batch,
}

/// What was sent since the last round trip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Batch {
    Empty,
    Prepares,
    Executes,
}

impl Reader {
    fn see(&mut self, bytes: &[u8]) {
        const ASKS_FOR_TLS: u32 = 80_877_103;
        self.pending.extend_from_slice(bytes);
        loop {
            let head = if self.started { 1 } else { 0 };
            let Some(length) = self.pending.get(head..head + 4) else { return };
            let length = u32::from_be_bytes(length.try_into().unwrap()) as usize + head;
            if self.pending.len() < length {
                return;
            }
            let message: Vec<u8> = self.pending.drain(..length).collect();
            if self.started {
                self.message(message[0], &message[5..]);
            } else {
                let code = u32::from_be_bytes(message[4..8].try_into().unwrap());
                self.started = code != ASKS_FOR_TLS;
            }
        }
    }

    fn message(&mut self, kind: u8, body: &[u8]) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        match kind {
            b'P' => {
                self.batch = self.batch.max(Batch::Prepares);
                counts.prepared.push(parsed(body));
            }
            b'E' => self.batch = Batch::Executes,
            b'Q' => counts.executions += 1,
            b'S' => {
                match self.batch {
                    Batch::Empty => counts.pings += 1,
                    Batch::Prepares => counts.preparations += 1,
                    Batch::Executes => counts.executions += 1,
                }
                self.batch = Batch::Empty;
            }
            _ => {}
        }
    }
}

/// Reads the text of a statement that is prepared, and the types of its parameters.
fn parsed(body: &[u8]) -> (String, Vec<u32>) {
    let mut pieces = body.splitn(3, |byte| *byte == 0);
    let _name = pieces.next();
    let text = String::from_utf8(pieces.next().unwrap().to_vec()).unwrap();
    let types = &pieces.next().unwrap()[2..];
    let types = types.chunks_exact(4).map(|oid| u32::from_be_bytes(oid.try_into().unwrap()));
    (text, types.collect())
}
