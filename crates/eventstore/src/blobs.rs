//! Bytes by their SHA-256: signed letters, signatures, attachments. Each is entered into a block, so that a blob which was
//! changed or taken away is missed.

use sha2::{Digest, Sha256};

use crate::append::{AppendError, Invalid};
use crate::error::StoreError;
use crate::hash::Hash;
use crate::journal::Journal;
use crate::plan::Asked;
use crate::validate;
use crate::writer::Told;

/// Stored bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// What they are, such as `application/pdf`.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Journal {
    /// Keeps bytes and answers their id: 64 hexadecimal digits of their SHA-256. Repeating it changes nothing; bytes that
    /// are there already keep the media type they came with.
    ///
    /// # Errors
    /// [`AppendError::Invalid`] for a media type that is none and for too many bytes; [`AppendError::Failure`] when it
    /// could not be finished, and then it is to be repeated.
    pub async fn put_blob(&self, media_type: &str, bytes: &[u8]) -> Result<String, AppendError> {
        validate::media_type(media_type)?;
        let limit = self.settings().blob_bytes;
        if bytes.len() > limit {
            return Err(Invalid::BlobTooLong { bytes: bytes.len(), limit }.into());
        }
        let sha256: Hash = Sha256::digest(bytes).into();
        // The bytes travel outside the writer, which holds the head's lock; it only enters them into a block.
        if let Some(media_type) = self.store_bytes(&sha256, media_type, bytes).await? {
            match self.ask(Asked::Keep { sha256, media_type }).await? {
                Some(Told::Kept) => {}
                Some(_) | None => return Err(StoreError::Closed.into()),
            }
        }
        Ok(hex::encode(sha256))
    }

    /// Stores the bytes and answers the stored media type, or nothing if the blob stands in a block already.
    async fn store_bytes(&self, sha256: &Hash, media_type: &str, bytes: &[u8]) -> Result<Option<String>, StoreError> {
        let doing = || StoreError::doing("store a blob");
        let client = self.pool().get().await?;
        let known = "SELECT blobs.media_type, blob_entries.block IS NOT NULL
                     FROM blobs LEFT JOIN blob_entries USING (sha256) WHERE sha256 = $1";
        let id = sha256.as_slice();
        let mut found = client.query_opt(known, &[&id]).await.map_err(doing())?;
        if found.is_none() {
            let insert = "INSERT INTO blobs (sha256, media_type, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
            client.execute(insert, &[&id, &media_type, &bytes]).await.map_err(doing())?;
            found = client.query_opt(known, &[&id]).await.map_err(doing())?;
        }
        match found {
            Some(row) if row.try_get(1).map_err(doing())? => Ok(None),
            Some(row) => row.try_get(0).map(Some).map_err(doing()),
            None => Err(StoreError::Row("a blob was gone as soon as it was stored".to_owned())),
        }
    }

    /// The bytes of an id; `None` when there are none, or when the id is not one.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer, or when the stored bytes are not those of the id;
    /// [`StoreError::Erased`] when they were sealed and their key is destroyed.
    pub async fn blob(&self, id: &str) -> Result<Option<Blob>, StoreError> {
        let mut sha256: Hash = [0; 32];
        if hex::decode_to_slice(id, &mut sha256).is_err() {
            return Ok(None);
        }
        let doing = || StoreError::doing("read a blob");
        let client = self.pool().get().await?;
        let sql = "SELECT media_type, bytes FROM blobs WHERE sha256 = $1";
        let Some(row) = client.query_opt(sql, &[&sha256.as_slice()]).await.map_err(doing())? else {
            return Ok(None);
        };
        let blob = Blob { media_type: row.try_get(0).map_err(doing())?, bytes: row.try_get(1).map_err(doing())? };
        drop(client);
        if Hash::from(Sha256::digest(&blob.bytes)) != sha256 {
            return Err(StoreError::Row(format!("blob {id} does not have the bytes of its name")));
        }
        self.unsealed(&sha256, blob).await.map(Some)
    }
}
