//! Who signed a body.

use super::*;

fn verify(shop: &str, header: &str, value: &str, body: &[u8], secret: &str) -> Result<(), NotSigned> {
    find_shop(shop).unwrap().verify(&Headers(&[("content-type", "application/json"), (header, value)]), body, secret)
}

#[track_caller]
fn check(shop: &str, header: &str, value: &str, body: &str, secret: &str) {
    let body = body.as_bytes();
    assert_eq!(verify(shop, header, value, body, secret), Ok(()));
    assert_eq!(verify(shop, &header.to_uppercase(), value, body, secret), Ok(()));
    let longer = [body, b" "].concat();
    assert!(matches!(verify(shop, header, value, &longer, secret), Err(NotSigned::Wrong(_))));
    assert!(matches!(verify(shop, header, value, body, &format!("{secret}x")), Err(NotSigned::Wrong(_))));
    assert!(matches!(verify(shop, "x-other", value, body, secret), Err(NotSigned::NoSignature(_))));
    assert!(matches!(verify(shop, header, "§§", body, secret), Err(NotSigned::Unreadable { .. })));
    assert!(verify(shop, header, "", body, secret).is_err());
    assert_eq!(verify(shop, header, value, body, ""), Err(NotSigned::NoSecret));
}

#[test]
fn each_shop_signs_in_its_own_way() {
    // The HMAC-SHA256 of "body" with "key", made with another implementation.
    let base64 = "UVquEztDXUAAlWcx9orlz164XU8NxqVG0r/NNZXsGuE=";
    let hex = "515aae133b435d4000956731f68ae5cf5eb85d4f0dc6a546d2bfcd3595ec1ae1";
    check("shopify", "X-Shopify-Hmac-Sha256", base64, "body", "key");
    check("woocommerce", "X-WC-Webhook-Signature", base64, "body", "key");
    check("vendure", "X-Vendure-Signature", base64, "body", "key");
    check("medusa", "X-Medusa-Signature", hex, "body", "key");
    for shop in ["magento", "prestashop", "sfcc"] {
        check(shop, OUR_SIGNATURE, hex, "body", "key");
    }
}

#[test]
fn the_published_vectors_hold() {
    let body = r#"{"foo": "bar"}"#;
    check("shopify", "X-Shopify-Hmac-Sha256", "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=", body, "test_secret_key");
    let body = r#"{"id":727,"status":"processing"}"#;
    check("woocommerce", "X-WC-Webhook-Signature", "CJGy2l17vmafo5cc0gtESTEst3ie65pcrP8ExTVLjmA=", body, "wc-secret");
}

#[test]
fn adobe_signs_with_a_key_pair() {
    let read = |name: &str| std::fs::read_to_string(format!("tests/fixtures/shops/signatures/adobe-{name}")).unwrap();
    let (body, signature) = (read("body.txt"), read("signature.txt"));
    for key in [read("public-key.pem"), read("rsa-public-key.pem")] {
        for header in
            ["x-adobe-digital-signature-1", "X-Adobe-Digital-Signature-2", "x-adobe-commerce-webhook-signature"]
        {
            assert_eq!(verify("magento", header, &signature, body.as_bytes(), &key), Ok(()), "{header}");
        }
        let wrong = verify("magento", "x-adobe-digital-signature-1", &signature, b"{}", &key);
        assert!(matches!(wrong, Err(NotSigned::Wrong(_))));
        let missing = verify("magento", "x-other", &signature, body.as_bytes(), &key);
        assert!(matches!(missing, Err(NotSigned::NoSignature(_))));
        // A key does for no shared secret: nobody can sign with what is public.
        assert!(verify("magento", OUR_SIGNATURE, &signature, body.as_bytes(), &key).is_err());
    }
    for pem in ["-----BEGIN PUBLIC KEY-----", "-----BEGIN PUBLIC KEY-----\nMA==\n-----END PUBLIC KEY-----"] {
        assert_eq!(verify("magento", "x-adobe-digital-signature-1", &signature, b"", pem), Err(NotSigned::NoKey));
    }
}
