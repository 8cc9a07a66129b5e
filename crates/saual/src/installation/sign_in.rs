//! What signing in needs from outside the database: the key that second factors are sealed under, and the identity provider.

use anyhow::Context;
use deadpool_postgres::Pool;
use web::accounts::sealing::InstallationKey;
use web::accounts::second_factor;
use web::provider::{Provider, Settings};

use super::key;
use crate::config::Config;

/// Folder of the key under the data folder.
const FOLDER: &str = "sign_in";

/// The key: the one that was named, else the data folder's.
///
/// # Errors
/// The database has no tables, or has factors and the key is missing or another one; each error says what to do.
pub(super) async fn key(config: &Config, pool: &Pool) -> anyhow::Result<InstallationKey> {
    let client = pool.get().await.context("the database cannot be reached")?;
    let row = client
        .query_one("select exists (select from second_factor)", &[])
        .await
        .context("second factors cannot be looked up; `saual migrate` prepares a database")?;
    let bytes = match &config.sign_in_key {
        Some(given) => {
            key::bytes(given.reveal()).context("sign_in.key (SAUAL_SIGN_IN_KEY) is not 64 hexadecimal digits")?
        }
        None => key::read_or_make(&config.data.join(FOLDER), row.get(0), "second factors")?,
    };
    let key = InstallationKey::new(bytes);
    second_factor::check_key(&client, &key).await?;
    Ok(key)
}

/// The identity provider, where one was named. It is asked when somebody needs it: an office works while its provider does not.
///
/// # Errors
/// Its address cannot be used.
pub(crate) fn provider(config: &Config) -> anyhow::Result<Option<Provider>> {
    let Some(oidc) = &config.oidc else { return Ok(None) };
    let settings = Settings {
        issuer: oidc.issuer.clone(),
        client_id: oidc.client_id.clone(),
        client_secret: oidc.client_secret.as_ref().map(|secret| secret.reveal().to_owned()),
        name: oidc.name.clone(),
        acr: oidc.acr.clone(),
        public_url: config.public_url.trim_end_matches('/').to_owned(),
    };
    Ok(Some(Provider::new(settings)?))
}
