//! What needs no shop to be asked.

use super::*;
use crate::web::Addresses;

fn client(shop: &str, base_url: &str, credentials: &[(&str, &str)]) -> Result<Client, String> {
    let credentials = credentials.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let access = Access { base_url: base_url.to_owned(), credentials, api_version: String::new(), zone: TimeZone::UTC };
    Client::new(Web::new(Addresses::Public).unwrap(), shop, access)
}

#[test]
fn what_is_missing_is_told_before_a_shop_is_asked() {
    let check = |shop: &str, url: &str, credentials: &[(&str, &str)], words: &str| {
        let error = client(shop, url, credentials).err().unwrap_or_default();
        assert!(error.contains(words), "{shop}: {error:?}");
    };
    check("ebay", "https://shop.example", &[], "no API that is known");
    check("woocommerce", "https://shop.example", &[("consumer_key", "ck")], "consumer_secret");
    check("shopify", "https://shop.example", &[("access_token", "")], "client_id");
    check("shopify", "https://shop.example", &[("client_id", "id")], "client_secret");
    check("shopify", "http://10.0.0.1", &[("access_token", "x")], "private network");
    assert!(
        client("vendure", "https://shop.example", &[("token", "own")]).is_ok(),
        "a token stands for name and password"
    );
    assert!(client("shopify", "https://shop.example", &[("access_token", "shpat_1")]).is_ok());
}

#[test]
fn addresses_are_put_together_with_every_sign_escaped() {
    let client = client("magento", "https://shop.example/it/", &[("access_token", "x")]).unwrap();
    let query = [("a[0]", "b c&d=e".to_owned()), ("t", "10:00+01".to_owned())];
    assert_eq!(client.url("/rest", &query), "https://shop.example/it/rest?a%5B0%5D=b%20c%26d%3De&t=10%3A00%2B01");
}

#[test]
fn each_shop_that_has_an_api_is_a_shop_that_is_read() {
    for api in &APIS {
        assert!(super::super::find_shop(api.name).is_some(), "{}", api.name);
        assert!(!api.kinds.is_empty() && !api.credentials.is_empty() && api.calls_per_s > 0.0);
    }
    assert_eq!(Kind::ALL.map(|kind| Kind::parse(kind.as_str())), Kind::ALL.map(Some));
}

#[tokio::test]
async fn a_kind_that_the_api_does_not_list_is_told_without_asking() {
    let client =
        client("woocommerce", "https://shop.example", &[("consumer_key", "ck"), ("consumer_secret", "cs")]).unwrap();
    let error = client.page(&Ask { kind: Kind::Carts, since: None, cursor: None }).await.unwrap_err();
    assert!(matches!(&error, PullError::Unsupported(text) if text.contains("carts")), "{error}");
}
