//! A caller's file on its way into the store: unpacked, read through once so that what is wrong with it is told at
//! once, counted, and stored in chunks. Nothing of it is seen until the action is there, in one transaction.

use super::{DIALECT, Job, KEYS_UPLOADS, Limits, NO_CARRIER};
use crate::idempotency::{Accepted, Idempotent, once};
use crate::qualify::bulk::Summary;
use crate::qualify::row::Rows;
use crate::{Error, Hub, Principal};
use model::action::{Driver, Operation, Request, State, Work};
use model::id::{ActionId, Identity};
use model::qualification::{File, Format};
use model::role::Capability;
use sha2::{Digest, Sha256};
use std::io::{self, BufRead, Read};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::bulk::Part;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// What is stored as one chunk.
const CHUNK: usize = 256 << 10;
/// Longer lines are refused before they are read.
const LONGEST_LINE: usize = 1 << 20;
/// Parts on their way between the caller and the thread that reads them.
const PARTS: usize = 8;
/// Before somebody who has too much under way should ask again.
const PATIENCE: Duration = Duration::from_secs(10);

/// What a caller sends: parts, and the word that it was all.
enum Sent {
    Part(Vec<u8>),
    End,
}

/// A file that comes in.
pub struct Upload {
    sender: mpsc::Sender<Sent>,
    coming: JoinHandle<Result<Accepted<Job>, Error>>,
}

impl Upload {
    /// Takes the next part. False: it is refused already; `finish` says why.
    pub async fn write(&mut self, part: Vec<u8>) -> bool {
        self.sender.send(Sent::Part(part)).await.is_ok()
    }

    /// It is complete: the job. An upload that is dropped before leaves nothing.
    pub async fn finish(self) -> Result<Accepted<Job>, Error> {
        let _ = self.sender.send(Sent::End).await;
        drop(self.sender);
        self.coming.await.map_err(|e| Error::Internal(e.to_string()))?
    }
}

impl Hub {
    /// Begins to take a file in, where the key has a place for it.
    pub async fn upload_bulk(
        &self,
        principal: &Principal,
        format: Format,
        limits: Limits,
        idempotent: Option<Idempotent<Job>>,
    ) -> Result<Upload, Error> {
        principal.require(Capability::Qualify)?;
        let busy = || Error::Unavailable { after: Duration::from_secs(2) };
        let many = || {
            let what =
                format!("this key has {KEYS_UPLOADS} files that come in; it may not have more at once");
            Error::TooMany { what, after: PATIENCE }
        };
        let share = self.inner.bulk.share(principal.key).ok_or_else(many)?;
        let place = self.inner.bulk.uploads.clone().try_acquire_owned().map_err(|_| busy())?;
        let (id, key) = (ActionId::from_bytes(*self.new_run()?.bytes()), principal.key);
        let known = idempotent.as_ref().map(|idempotent| idempotent.key.clone());
        let begun = self.store().write(move |tx| {
            if let Some(key) = key {
                let since = tx.now().minus(limits.upload);
                let taken = store::bulk::taken(tx, key, since)?;
                // What was accepted before under the same key of idempotency is answered again, and takes no place.
                let again = known.as_ref().map(|known| store::idempotency::get(tx, known)).transpose()?;
                if taken >= i64::from(limits.open_jobs) && again.flatten().is_none() {
                    let most = limits.open_jobs;
                    let what = format!("this key has {taken} jobs that are not done; it may have {most}");
                    return Err(Error::TooMany { what, after: PATIENCE });
                }
            }
            Ok(store::bulk::begin(tx, id, key)?)
        });
        begun.await?;
        let (sender, receiver) = mpsc::channel(PARTS);
        let (hub, principal) = (self.clone(), principal.clone());
        let coming = tokio::spawn(async move {
            let accepted = hub.take_in(&principal, id, (format, limits), idempotent, receiver).await;
            drop((place, share));
            if !matches!(accepted, Ok(Accepted::New(..))) {
                let hub = hub.clone();
                // Whoever is told may send another one at once.
                if let Err(error) = hub.store().write(move |tx| store::bulk::release(tx, id)).await {
                    let error: store::Error = error;
                    tracing::warn!(%error, "the place of a file that was refused is free only after a while");
                }
                tokio::spawn(async move { hub.discard_bulk(id).await });
            }
            hub.inner.bulk.wake.notify_one();
            accepted
        });
        Ok(Upload { sender, coming })
    }

    async fn take_in(
        &self,
        principal: &Principal,
        id: ActionId,
        (format, limits): (Format, Limits),
        mut idempotent: Option<Idempotent<Job>>,
        receiver: mpsc::Receiver<Sent>,
    ) -> Result<Accepted<Job>, Error> {
        let (hub, handle) = (self.clone(), Handle::current());
        let reading = tokio::task::spawn_blocking(move || read(hub, handle, id, format, limits, receiver));
        let (file, hash) = reading.await.map_err(|e| Error::Internal(e.to_string()))??;
        if let Some(idempotent) = &mut idempotent {
            idempotent.key.body_hash = hash;
        }
        let request = Request { echo: serde_json::Value::Null, work: Work::Bulk(file) };
        let sealed = store::action::seal(self.store().vault(), &request)?;
        let (organization, key) = (principal.organization, principal.key);
        self.store()
            .write(move |tx| {
                once(tx, idempotent.as_ref(), |tx| {
                    if !store::bulk::end(tx, id)? {
                        return Err(Error::Unavailable { after: Duration::from_secs(1) });
                    }
                    let new = store::action::New {
                        id,
                        organization,
                        seller: organization,
                        key,
                        dialect: DIALECT,
                        carrier: NO_CARRIER,
                        operation: Operation::Bulk,
                        order: None,
                        driver: Some(Driver::House),
                        request: &sealed,
                        at: tx.now(),
                    };
                    Ok(Job {
                        number: store::action::insert(tx, &new)?,
                        id,
                        state: State::Pending,
                        file,
                        summary: Summary::default(),
                        bytes: 0,
                        error: None,
                        created: new.at,
                        finished: None,
                    })
                })
            })
            .await
    }
}

/// Reads a file to its end and stores it: its size, and by what it is known again.
fn read(
    hub: Hub,
    handle: Handle,
    id: ActionId,
    format: Format,
    limits: Limits,
    receiver: mpsc::Receiver<Sent>,
) -> Result<(File, [u8; 32]), Error> {
    let incoming = Incoming { receiver, part: Vec::new(), at: 0, ended: false };
    let intake = Arc::new(Mutex::new(Intake::new(hub, handle, id, format, limits.file_bytes)));
    let told = |error: Error| locked(&intake).fault.take().unwrap_or(error);
    let whole = crate::import::decompressed(Box::new(incoming)).map_err(told)?;
    let passing = Passing { source: whole, intake: intake.clone() };
    let rows = Rows::open(Box::new(io::BufReader::with_capacity(64 << 10, passing)), format).map_err(told)?;
    let mut count = 0;
    for row in rows {
        row.map_err(told)?;
        count += 1;
        if count > limits.file_rows {
            return Err(Error::TooLarge(format!("the file has more than {} rows", limits.file_rows)));
        }
    }
    if count == 0 {
        return Err(Error::invalid("file", "has no rows"));
    }
    let mut intake = locked(&intake);
    intake.store()?;
    let hash = intake.hash.clone().chain_update(format.word()).finalize();
    Ok((File { format, rows: count, bytes: intake.bytes }, hash.into()))
}

fn locked(intake: &Mutex<Intake>) -> std::sync::MutexGuard<'_, Intake> {
    intake.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the caller sends, as it comes.
struct Incoming {
    receiver: mpsc::Receiver<Sent>,
    part: Vec<u8>,
    at: usize,
    ended: bool,
}

impl Read for Incoming {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.part.len() && !self.ended {
            match self.receiver.blocking_recv() {
                Some(Sent::Part(part)) => (self.part, self.at) = (part, 0),
                Some(Sent::End) => self.ended = true,
                None => return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "it broke off")),
            }
        }
        let taken = (&self.part[self.at..]).read(into)?;
        self.at += taken;
        Ok(taken)
    }
}

/// What passes through on its way to the reader of rows is stored.
struct Passing {
    source: Box<dyn BufRead + Send>,
    intake: Arc<Mutex<Intake>>,
}

impl Read for Passing {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let taken = self.source.read(into)?;
        let mut intake = locked(&self.intake);
        intake.take(&into[..taken]).map_err(|error| {
            intake.fault = Some(error);
            io::Error::other("refused")
        })?;
        Ok(taken)
    }
}

struct Intake {
    hub: Hub,
    handle: Handle,
    id: ActionId,
    format: Format,
    most: u64,
    bytes: u64,
    /// Bytes since the last end of line.
    line: usize,
    hash: Sha256,
    chunk: Vec<u8>,
    /// Chunks that are stored.
    stored: i64,
    /// Why reading stopped, where that was not the rows' fault.
    fault: Option<Error>,
}

impl Intake {
    fn new(hub: Hub, handle: Handle, id: ActionId, format: Format, most: u64) -> Self {
        let (hash, chunk) = (Sha256::new(), Vec::with_capacity(CHUNK));
        Self { hub, handle, id, format, most, bytes: 0, line: 0, hash, chunk, stored: 0, fault: None }
    }

    fn take(&mut self, part: &[u8]) -> Result<(), Error> {
        self.bytes += part.len() as u64;
        if self.bytes > self.most {
            return Err(Error::TooLarge(format!("the file has more than {} bytes, unpacked", self.most)));
        }
        // As rows are read: a carriage return alone ends a line of CSV.
        let is_end = |byte: &u8| *byte == b'\n' || (*byte == b'\r' && self.format == Format::Csv);
        for line in part.split_inclusive(is_end) {
            self.line += line.len();
            if self.line > LONGEST_LINE {
                return Err(Error::invalid("file", "has a line that is longer than a megabyte"));
            }
            if line.last().is_some_and(is_end) {
                self.line = 0;
            }
        }
        self.hash.update(part);
        self.chunk.extend_from_slice(part);
        if self.chunk.len() < CHUNK { Ok(()) } else { self.store() }
    }

    fn store(&mut self) -> Result<(), Error> {
        if self.chunk.is_empty() {
            return Ok(());
        }
        let packed = store::pack::pack(self.hub.store().vault(), &self.chunk)?;
        self.chunk.clear();
        self.stored += 1;
        let (id, position) = (self.id, self.stored);
        let put = move |tx: &mut store::Tx<'_>| store::bulk::put(tx, id, Part::File, position, &packed);
        Ok(self.handle.block_on(self.hub.store().write(put))?)
    }
}
