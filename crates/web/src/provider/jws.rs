//! The provider's signature over what it says (JSON Web Signature, RFC 7515; keys by RFC 7517, 7518 and 8037), checked with `ring`.
//!
//! Which algorithms are believed is decided here and not by the token: never `none`, and none with a shared secret.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

use super::Fault;

/// The most keys of a set that are looked at.
const MOST_KEYS: usize = 50;

/// How something is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) enum Algorithm {
    #[serde(rename = "RS256")]
    Rs256,
    #[serde(rename = "PS256")]
    Ps256,
    #[serde(rename = "ES256")]
    Es256,
    #[serde(rename = "EdDSA")]
    EdDsa,
}

#[derive(Debug)]
enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed point.
    P256(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// A public key of the provider.
#[derive(Debug)]
struct Key {
    id: Option<String>,
    algorithm: Option<String>,
    material: Material,
}

/// Its public keys.
#[derive(Debug)]
pub(super) struct KeySet(Vec<Key>);

/// A key as it is written down.
#[derive(Deserialize)]
struct Written {
    kty: String,
    kid: Option<String>,
    r#use: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl Written {
    /// The key; none when it is not for signatures that we check.
    fn key(self) -> Option<Key> {
        let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
        if self.r#use.as_deref().is_some_and(|purpose| purpose != "sig") {
            return None;
        }
        let material = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => Material::Rsa { n: bytes(&self.n)?, e: bytes(&self.e)? },
            ("EC", Some("P-256")) => Material::P256([vec![4], bytes(&self.x)?, bytes(&self.y)?].concat()),
            ("OKP", Some("Ed25519")) => Material::Ed25519(bytes(&self.x)?),
            _ => return None,
        };
        Some(Key { id: self.kid, algorithm: self.alg, material })
    }
}

impl Key {
    fn has_signed(&self, algorithm: Algorithm, message: &[u8], seal: &[u8]) -> bool {
        let rsa = |parameters: &RsaParameters, n: &[u8], e: &[u8]| {
            RsaPublicKeyComponents { n, e }.verify(parameters, message, seal).is_ok()
        };
        match (algorithm, &self.material) {
            (Algorithm::Rs256, Material::Rsa { n, e }) => rsa(&signature::RSA_PKCS1_2048_8192_SHA256, n, e),
            (Algorithm::Ps256, Material::Rsa { n, e }) => rsa(&signature::RSA_PSS_2048_8192_SHA256, n, e),
            (Algorithm::Es256, Material::P256(point)) => {
                UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point).verify(message, seal).is_ok()
            }
            (Algorithm::EdDsa, Material::Ed25519(point)) => {
                UnparsedPublicKey::new(&signature::ED25519, point).verify(message, seal).is_ok()
            }
            (Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 | Algorithm::EdDsa, _) => false,
        }
    }
}

impl KeySet {
    /// Reads a set; keys for other purposes are passed over.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<serde_json::Value>,
        }
        let set: Set =
            serde_json::from_slice(bytes).map_err(|error| Fault::Away(format!("its keys cannot be read: {error}")))?;
        let written =
            set.keys.into_iter().take(MOST_KEYS).filter_map(|key| serde_json::from_value::<Written>(key).ok());
        let keys: Vec<Key> = written.filter_map(Written::key).collect();
        if keys.is_empty() {
            return Err(Fault::Away(
                "it has no key that signatures could be checked with (RSA, P-256, Ed25519)".to_owned(),
            ));
        }
        Ok(Self(keys))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The keys that a token may mean.
    fn named<'a>(&'a self, header: &'a Header) -> impl Iterator<Item = &'a Key> {
        self.0.iter().filter(move |key| match &header.kid {
            Some(wanted) => key.id.as_ref() == Some(wanted),
            // OpenID Connect Core, 10.1: without a name there may be one key only.
            None => self.0.len() == 1,
        })
    }
}

/// What the head of a token says.
#[derive(Deserialize)]
struct Header {
    alg: serde_json::Value,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

/// What became of checking.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Checked {
    /// The provider signed this.
    Signed(Vec<u8>),
    /// No key of the set is the one that the token names.
    UnknownKey,
    /// It did not, or not in a way that is believed.
    Not(&'static str),
}

/// The payload of a token in compact form, if one of these keys has signed it.
pub(super) fn check(token: &str, keys: &KeySet) -> Checked {
    let parts: Vec<&str> = token.split('.').collect();
    let [head, payload, seal] = parts.as_slice() else { return Checked::Not("the token has not three parts") };
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
    let header = bytes(head).and_then(|head| serde_json::from_slice::<Header>(&head).ok());
    let (Some(header), Some(read), Some(seal)) = (header, bytes(payload), bytes(seal)) else {
        return Checked::Not("the token cannot be read");
    };
    // RFC 7515, 4.1.11: what must be understood and is not, is refused.
    if header.crit.is_some() {
        return Checked::Not("the token asks for something that is not known here");
    }
    let Some(algorithm) = Algorithm::deserialize(&header.alg).ok() else {
        return Checked::Not("the token is signed in a way that is not believed");
    };
    let mut named = keys.named(&header).peekable();
    if named.peek().is_none() {
        return Checked::UnknownKey;
    }
    let message = format!("{head}.{payload}");
    let fits = |key: &&Key| key.algorithm.as_deref().is_none_or(|wanted| header.alg == wanted);
    let signed = named.filter(fits).any(|key| key.has_signed(algorithm, message.as_bytes(), &seal));
    if signed { Checked::Signed(read) } else { Checked::Not("the token is not signed by the provider") }
}
