//! Signing the journal's head with the root of the tree over its blocks, and finding what was signed.

use jiff::Timestamp;
use tokio_postgres::Row;

use crate::error::StoreError;
use crate::heads::{HeadKey, PublicKey, SignedHead};
use crate::journal::Journal;
use crate::rows;

/// The columns of [`signed_head`], in its order.
const COLUMNS: &str = "block, position, hash, signed_at, public_key, signature, root";

/// Why a head was not signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The database could not answer.
    #[error("the head could not be signed")]
    Store(#[from] StoreError),
    /// It could not be kept outside, and so the database was not told of it.
    #[error("the signed head could not be kept outside of the database")]
    Keep(#[source] std::io::Error),
}

impl Journal {
    /// Signs the head, unless there is none or this key has signed it before. `keep` keeps it outside of the database, and
    /// comes first: whatever breaks off in between, no head is in the database alone.
    ///
    /// # Errors
    /// [`SignError`] when it could not be read or kept; the next call does it then.
    pub async fn sign_head(
        &self,
        key: &HeadKey,
        now: Timestamp,
        keep: impl FnOnce(&SignedHead) -> std::io::Result<()>,
    ) -> Result<Option<SignedHead>, SignError> {
        let head = self.head().await?;
        if head.block == 0 || self.has_signed(head.block, &key.public()).await? {
            return Ok(None);
        }
        self.keep_tree(head.block).await?;
        let root = self.root_of_blocks(head.block).await?;
        let signed = key.sign(head.block, head.position, head.hash, Some(root), now);
        keep(&signed).map_err(SignError::Keep)?;
        self.enter(&signed).await?;
        Ok(Some(signed))
    }

    async fn has_signed(&self, block: i64, key: &PublicKey) -> Result<bool, StoreError> {
        let doing = || StoreError::doing("look for a signed head");
        let client = self.pool().get().await?;
        let sql = "SELECT EXISTS (SELECT FROM signed_heads WHERE block = $1 AND public_key = $2)";
        let row = client.query_one(sql, &[&block, &key.0.as_slice()]).await.map_err(doing())?;
        row.try_get(0).map_err(doing())
    }

    async fn enter(&self, head: &SignedHead) -> Result<(), StoreError> {
        let client = self.pool().get().await?;
        // Another process of the same key may have signed the same block just now: one of the two is enough.
        let sql =
            format!("INSERT INTO signed_heads ({COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING");
        let (hash, key, signature) = (head.hash.as_slice(), head.public_key.0.as_slice(), head.signature.as_slice());
        let root = head.root.as_ref().map(<[u8; 32]>::as_slice);
        client
            .execute(&sql, &[&head.block, &head.position, &hash, &head.signed, &key, &signature, &root])
            .await
            .map_err(StoreError::doing("enter a signed head"))?;
        Ok(())
    }

    /// The newest signed head.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn newest_signed_head(&self) -> Result<Option<SignedHead>, StoreError> {
        self.signed(&format!("SELECT {COLUMNS} FROM signed_heads ORDER BY block DESC, signed_at LIMIT 1"), &[]).await
    }

    /// The first signed head at a block or behind it.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn signed_head_from(&self, block: i64) -> Result<Option<SignedHead>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM signed_heads WHERE block >= $1 ORDER BY block, signed_at LIMIT 1");
        self.signed(&sql, &[&block]).await
    }

    /// The first head at a block or behind it that signs the tree over the blocks too.
    pub(crate) async fn tree_head_from(&self, block: i64) -> Result<Option<SignedHead>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM signed_heads WHERE block >= $1 AND root IS NOT NULL ORDER BY block, signed_at LIMIT 1"
        );
        self.signed(&sql, &[&block]).await
    }

    /// The newest head that signs the tree over blocks too.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn newest_tree_head(&self) -> Result<Option<SignedHead>, StoreError> {
        let sql =
            format!("SELECT {COLUMNS} FROM signed_heads WHERE root IS NOT NULL ORDER BY block DESC, signed_at LIMIT 1");
        self.signed(&sql, &[]).await
    }

    /// The head of exactly this block that signs the tree too.
    pub(crate) async fn tree_head_of(&self, block: i64) -> Result<Option<SignedHead>, StoreError> {
        Ok(self.tree_head_from(block).await?.filter(|head| head.block == block))
    }

    /// The newest head that this key has signed.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot answer.
    pub async fn newest_head_of(&self, key: &PublicKey) -> Result<Option<SignedHead>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM signed_heads WHERE public_key = $1 ORDER BY block DESC LIMIT 1");
        self.signed(&sql, &[&key.0.as_slice()]).await
    }

    async fn signed(
        &self,
        sql: &str,
        params: &[&(dyn tokio_postgres::types::ToSql + Sync)],
    ) -> Result<Option<SignedHead>, StoreError> {
        let doing = || StoreError::doing("read a signed head");
        let client = self.pool().get().await?;
        let statement = client.prepare_cached(sql).await.map_err(doing())?;
        let row = client.query_opt(&statement, params).await.map_err(doing())?;
        row.as_ref().map(signed_head).transpose().map_err(doing())
    }
}

/// One row of the columns above.
pub(crate) fn signed_head(row: &Row) -> Result<SignedHead, tokio_postgres::Error> {
    Ok(SignedHead {
        block: row.try_get(0)?,
        position: row.try_get(1)?,
        hash: rows::hash(row, 2)?,
        signed: row.try_get(3)?,
        public_key: PublicKey(rows::hash(row, 4)?),
        signature: rows::array(row, 5)?,
        root: row.try_get::<_, Option<&[u8]>>(6)?.and_then(|root| root.try_into().ok()),
    })
}
