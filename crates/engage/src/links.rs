//! Links that leave the house: unguessable, signed, without a table of their own.

use base::Id;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// What a link may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Rebuilds the cart of a message.
    Cart,
    Unsubscribe,
}

impl Purpose {
    fn code(self) -> u8 {
        match self {
            Purpose::Cart => b'c',
            Purpose::Unsubscribe => b'u',
        }
    }

    /// The first part of the link's path.
    pub fn path(self) -> &'static str {
        match self {
            Purpose::Cart => "c",
            Purpose::Unsubscribe => "u",
        }
    }
}

/// What a token says once its signature has been checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    pub partition: i64,
    pub customer: Id,
    pub message: Id,
}

/// Makes and reads the links of one workspace.
#[derive(Clone)]
pub struct Links {
    pub public_url: String,
    pub partition: i64,
    secret: Vec<u8>,
}

/// 16 of the 32 bytes: 128 bits cannot be guessed, and a link stays short.
const MAC_BYTES: usize = 16;
const BODY_BYTES: usize = 8 + 16 + 16;

impl Links {
    pub fn new(public_url: &str, partition: i64, secret: &[u8]) -> Links {
        Links { public_url: public_url.trim_end_matches('/').to_owned(), partition, secret: secret.to_vec() }
    }

    pub fn url(&self, purpose: Purpose, customer: Id, message: Id) -> String {
        format!("{}/{}/{}", self.public_url, purpose.path(), self.token(purpose, customer, message))
    }

    fn token(&self, purpose: Purpose, customer: Id, message: Id) -> String {
        let mut bytes = Vec::with_capacity(BODY_BYTES + MAC_BYTES);
        bytes.extend(self.partition.to_be_bytes());
        bytes.extend(customer.0);
        bytes.extend(message.0);
        let mac = self.mac(purpose, &bytes);
        bytes.extend(&mac[..MAC_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn mac(&self, purpose: Purpose, body: &[u8]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.secret).expect("any length of key will do");
        mac.update(&[purpose.code()]);
        mac.update(body);
        mac.finalize().into_bytes().into()
    }

    /// Reads a token that this workspace made for this purpose.
    pub fn read(&self, purpose: Purpose, token: &str) -> Option<Target> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == BODY_BYTES + MAC_BYTES)?;
        let (body, mac) = bytes.split_at(BODY_BYTES);
        let is_ours: bool = self.mac(purpose, body)[..MAC_BYTES].ct_eq(mac).into();
        is_ours.then(|| target(body)).flatten()
    }

    /// The workspace that a token names, to find the secret that checks it.
    pub fn partition_of(token: &str) -> Option<i64> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok().filter(|bytes| bytes.len() == BODY_BYTES + MAC_BYTES)?;
        target(&bytes[..BODY_BYTES]).map(|target| target.partition)
    }

    /// The page of a customer in the admin UI.
    pub fn customer_page(public_url: &str, customer: Id) -> String {
        format!("{}/customers/{customer}", public_url.trim_end_matches('/'))
    }
}

fn target(body: &[u8]) -> Option<Target> {
    let partition = i64::from_be_bytes(body[..8].try_into().ok()?);
    Some(Target { partition, customer: Id::from_slice(&body[8..24])?, message: Id::from_slice(&body[24..40])? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_what_it_was_made_for_and_nothing_else() {
        let links = Links::new("https://shop.example/", 7, b"secret");
        let (customer, message) = (Id([1; 16]), Id([2; 16]));
        let url = links.url(Purpose::Cart, customer, message);
        let token = url.rsplit('/').next().unwrap();
        assert!(url.starts_with("https://shop.example/c/"), "{url}");
        assert_eq!(links.read(Purpose::Cart, token), Some(Target { partition: 7, customer, message }));
        assert_eq!(Links::partition_of(token), Some(7));
        assert_eq!(links.read(Purpose::Unsubscribe, token), None);
        assert_eq!(Links::new("", 7, b"other").read(Purpose::Cart, token), None);
        let mut forged = token.to_owned();
        forged.replace_range(10..11, if &token[10..11] == "A" { "B" } else { "A" });
        assert_eq!(links.read(Purpose::Cart, &forged), None);
        assert_eq!(links.read(Purpose::Cart, "x"), None);
    }
}
