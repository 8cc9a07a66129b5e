//! The one password of the tests' accounts, kept at the least cost that argon2id has.
//!
//! What keeps a guesser busy would keep the tests busy: they open thousands of accounts and sign in as often. A hash says itself at what
//! cost it was made, so the program looks at this one as at any other. Tests of passwords themselves ask for [`in_earnest`].

#![expect(clippy::expect_used, reason = "an account that cannot be opened ends the test, and says which step failed")]

use std::sync::LazyLock;

use argon2::password_hash::{PasswordHasher, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use jiff::Timestamp;
use tokio_postgres::Client;
use web::accounts::password::{Hashed, Password};
use web::accounts::{self, NewAccount};

/// The password, and how it is kept; drawn once per process.
static KEPT: LazyLock<(String, String)> = LazyLock::new(|| {
    let password = Password::drawn().expect("a password").reveal().to_owned();
    let params = Params::new(Params::MIN_M_COST, Params::MIN_T_COST, Params::MIN_P_COST, None).expect("the least cost");
    let salt = SaltString::encode_b64(b"of all the tests").expect("a salt");
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = argon.hash_password(password.as_bytes(), &salt).expect("a hash").to_string();
    (password, hash)
});

/// The password, as it is typed.
#[must_use]
pub fn typed() -> &'static str {
    &KEPT.0
}

/// Opens an account that has it.
pub async fn open(client: &Client, account: &NewAccount) {
    accounts::add(client, account, None, Timestamp::now()).await.expect("an account opened");
    keep(client, &account.name, &KEPT.1).await;
}

/// Has the account's password kept as the program keeps it, at the full cost.
pub async fn in_earnest(client: &Client, name: &str) {
    let hash = Hashed::of(&Password::typed(typed())).expect("a hash");
    keep(client, name, hash.as_str()).await;
}

async fn keep(client: &Client, name: &str, hash: &str) {
    let statement = "update account set password_hash = $2 where name = $1";
    let kept = client.execute(statement, &[&name, &hash]).await.expect("the password kept");
    assert_eq!(kept, 1, "no account is named {name}");
}

#[cfg(test)]
mod tests {
    use web::accounts::password::is_right;

    use super::*;

    #[test]
    fn it_is_kept_at_the_least_cost_and_opens_as_any_other() {
        assert!(KEPT.1.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{}", KEPT.1);
        assert!(is_right(&Password::typed(typed()), Some(KEPT.1.as_str())));
        assert!(!is_right(&Password::typed("another password"), Some(KEPT.1.as_str())));
    }
}
