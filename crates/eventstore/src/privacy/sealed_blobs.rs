//! Files under a person's key. What is stored, hashed and entered into a block is the sealed bytes; their name is the SHA-256
//! of those.

use std::collections::{BTreeSet, HashSet};

use sha2::{Digest, Sha256};

use super::Subject;
use super::keys::Found;
use super::token::{KeyId, open, seal};
use crate::append::AppendError;
use crate::blobs::Blob;
use crate::error::StoreError;
use crate::hash::Hash;
use crate::journal::Journal;

impl Journal {
    /// Keeps bytes sealed under a subject's key and answers their id, the SHA-256 of what is stored. The same bytes kept twice
    /// are two blobs: nobody can tell that they are the same.
    ///
    /// # Errors
    /// As [`Journal::put_blob`]; [`StoreError::Sealing`] when this journal was opened without keys.
    pub async fn put_sealed_blob(
        &self,
        subject: &Subject,
        media_type: &str,
        bytes: &[u8],
    ) -> Result<String, AppendError> {
        let keys = &self.privacy().ok_or(StoreError::Sealing)?.keys;
        let living = keys.living(self.pool(), &BTreeSet::from([subject.clone()])).await?;
        let (id, key) = living.get(subject).ok_or(StoreError::Sealing)?;
        let sealed = seal(key, &bound_to(id, media_type), bytes.to_vec(), keys.random());
        let sealed = sealed.map_err(|_| StoreError::Sealing)?;
        let sha256: Hash = Sha256::digest(&sealed).into();
        let name = self.put_blob(media_type, &sealed).await?;
        // Last: without this row the blob is bytes that nobody refers to, as one whose keeping was interrupted.
        let client = self.pool().get().await.map_err(StoreError::from)?;
        client
            .execute(
                "INSERT INTO sealed_blobs (sha256, subject, generation) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                &[&sha256.as_slice(), &subject.as_str(), &id.generation],
            )
            .await
            .map_err(StoreError::doing("note whose a sealed blob is"))?;
        Ok(name)
    }

    /// The blob as its readers know it: opened, if it is sealed.
    pub(crate) async fn unsealed(&self, sha256: &Hash, blob: Blob) -> Result<Blob, StoreError> {
        let Some(privacy) = self.privacy() else { return Ok(blob) };
        let doing = || StoreError::doing("look whether a blob is sealed");
        let row = {
            let client = self.pool().get().await?;
            let sql = "SELECT subject, generation FROM sealed_blobs WHERE sha256 = $1";
            let statement = client.prepare_cached(sql).await.map_err(doing())?;
            client.query_opt(&statement, &[&sha256.as_slice()]).await.map_err(doing())?
        };
        let Some(row) = row else { return Ok(blob) };
        let subject = Subject::new(row.try_get::<_, String>(0).map_err(doing())?);
        let subject = subject.map_err(|error| StoreError::Row(error.to_string()))?;
        let id = KeyId { subject, generation: row.try_get(1).map_err(doing())? };
        let mut found = privacy.keys.find(self.pool(), HashSet::from([id.clone()])).await?;
        match found.remove(&id) {
            Some(Found::Destroyed) => Err(StoreError::Erased { blob: hex::encode(sha256) }),
            Some(Found::Living(key)) => {
                let Blob { media_type, mut bytes } = blob;
                let plain = open(&key, &bound_to(&id, &media_type), &mut bytes).map(<[u8]>::to_vec);
                let bytes = plain
                    .ok_or_else(|| StoreError::Row(format!("the sealed blob {} does not open", hex::encode(sha256))))?;
                Ok(Blob { media_type, bytes })
            }
            None => Err(StoreError::Sealing),
        }
    }
}

fn bound_to(id: &KeyId, media_type: &str) -> String {
    format!("saual sealed blob 1\n{id}\n{media_type}")
}
