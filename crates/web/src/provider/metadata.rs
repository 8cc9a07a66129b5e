//! How the provider describes itself (OpenID Connect Discovery 1.0).

use serde::Deserialize;

use super::Fault;

/// Where its doors are.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    pub(super) jwks_uri: String,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    /// It says in each answer who it is (RFC 9207).
    #[serde(default)]
    pub(super) authorization_response_iss_parameter_supported: bool,
}

/// Where it describes itself.
pub(super) fn address(issuer: &str) -> String {
    format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'))
}

impl Metadata {
    /// Reads the description. It has to be that of the issuer that was asked, to the letter (Discovery, 4.3).
    pub(super) fn read(bytes: &[u8], issuer: &str) -> Result<Self, Fault> {
        let read: Self = serde_json::from_slice(bytes)
            .map_err(|error| Fault::Away(format!("its description cannot be read: {error}")))?;
        if read.issuer != issuer {
            return Err(Fault::Away(format!("it calls itself {}, which is not oidc.issuer", read.issuer)));
        }
        // A provider that does not list the methods may know S256 all the same; one that lists others does not.
        let knows =
            read.code_challenge_methods_supported.as_ref().is_none_or(|known| known.iter().any(|one| one == "S256"));
        if !knows {
            return Err(Fault::Away("it does not know PKCE with S256".to_owned()));
        }
        Ok(read)
    }

    /// Does it take the client's secret in the header? It does unless it says otherwise (Discovery, 3).
    pub(super) fn takes_basic(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_ref();
        methods.is_none_or(|known| known.iter().any(|one| one == "client_secret_basic"))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ISSUER: &str = "https://id.gov.example/office";

    fn described(change: impl FnOnce(&mut Value)) -> Result<Metadata, Fault> {
        let mut text = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.gov.example/office/auth",
            "token_endpoint": "https://id.gov.example/office/token",
            "jwks_uri": "https://id.gov.example/office/jwks",
            "response_types_supported": ["code"],
        });
        change(&mut text);
        Metadata::read(text.to_string().as_bytes(), ISSUER)
    }

    #[test]
    fn a_description_of_somebody_else_is_none() {
        assert_eq!(
            address("https://id.gov.example/office/"),
            "https://id.gov.example/office/.well-known/openid-configuration"
        );
        assert!(described(|_| ()).unwrap().takes_basic());
        assert!(described(|text| text["issuer"] = json!("https://id.gov.example/office/")).is_err());
        assert!(described(|text| text["code_challenge_methods_supported"] = json!(["plain"])).is_err());
        let post = described(|text| text["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]));
        assert!(!post.unwrap().takes_basic());
    }
}
