use super::{product::money, *};
use base::Time;

/// Reads a feed in pieces of a few bytes; answers its rows as `line: id price currency stock` or `line: ! reason`.
fn rows(text: &str, format: Option<Format>) -> (Vec<String>, Result<Format, String>) {
    struct Pieces<'a>(&'a [u8]);
    impl Read for Pieces<'_> {
        fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
            let n = self.0.len().min(to.len()).min(7);
            to[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }
    let mut found = Vec::new();
    // Recognising looks at what is there at first: give it enough.
    let (head, tail) = text.as_bytes().split_at(text.len().min(16));
    let from = head.chain(Pieces(tail));
    let ended = read(from, format, Currency::EUR, &mut |line| {
        found.push(match line.product {
            Ok(product) => format!(
                "{}: {} {} {} {}",
                line.number,
                product.id,
                product.price.map_or("-".to_owned(), |price| price.to_string()),
                product.currency.map_or("-".to_owned(), |currency| currency.to_string()),
                product.stock.map_or("-".to_owned(), |stock| stock.to_string()),
            ),
            Err(reason) => format!("{}: ! {reason}", line.number),
        });
        true
    });
    (found, ended)
}

fn check(text: &str, format: Format, expected: &[&str]) {
    let (found, ended) = rows(text, None);
    assert_eq!(found, expected, "{text}");
    assert_eq!(ended, Ok(format), "{text}");
}

#[test]
fn csv_of_any_separator_is_read() {
    check("id,title,price\n1,Lamp,12.50 EUR\n", Format::Csv, &["2: 1 12.50 EUR -"]);
    check("id;title;price;quantity\r\n1;Lamp;\"12,50\";4\r\n", Format::Csv, &["2: 1 12.50 EUR 4"]);
    check("id\ttitle\tprice\n1\tLamp\t€ 1.234,50", Format::Csv, &["2: 1 1234.50 EUR -"]);
    check(
        "\u{feff}ID,Title,Price\n\n1,\"A \"\"big\"\"\nlamp, red\",9\n2,B,7",
        Format::Csv,
        &["3: 1 9 EUR -", "5: 2 7 EUR -"],
    );
}

#[test]
fn a_wrong_row_is_named_and_the_others_go_in() {
    check(
        "id,title,price,availability\n1,A,ten,in stock\n2,B,3 XXY,in stock\n3,C,4,maybe\n,,5,\n5,E,6,in stock,extra\n6,F,-1,\n7,G,8 USD,in_stock\n8,H,1.234,\n",
        Format::Csv,
        &[
            "2: ! price \"ten\" is no amount, such as 12.50 EUR",
            "3: ! price \"3 XXY\" is no amount, such as 12.50 EUR",
            "4: ! availability \"maybe\" is none of in_stock, out_of_stock, preorder, backorder",
            "5: ! the row has no id",
            "6: ! the row has 5 columns, the first line names 4",
            "7: ! price \"-1\" is negative",
            "8: 7 8 USD -",
            "9: ! price \"1.234\": \"1.234\" can be read in two ways: write it without a separator of thousands",
        ],
    );
}

const MERCHANT: &str = r#"<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>
<item>
  <g:id>TV_1</g:id><g:title><![CDATA[A & B "TV"]]></g:title><g:link>https://shop.example/tv?a=1&amp;b=2</g:link>
  <g:price>159.00 USD</g:price><g:sale_price>149.00 USD</g:sale_price><g:availability>in stock</g:availability>
  <g:shipping><g:country>US</g:country><g:price>14.95 USD</g:price></g:shipping>
</item>
<item><g:id>R_2</g:id><g:title>Red &#x26; round</g:title><g:price>5 EUR</g:price><g:item_group_id>R</g:item_group_id></item>
<item><g:title>No id</g:title></item>
</channel></rss>"#;

#[test]
fn google_merchant_is_read() {
    check(MERCHANT, Format::Xml, &["3: TV_1 149.00 USD -", "8: R_2 5 EUR -", "9: ! the row has no id"]);
    let mut products = Vec::new();
    read(MERCHANT.as_bytes(), None, Currency::EUR, &mut |line| {
        products.extend(line.product.ok());
        true
    })
    .unwrap();
    assert_eq!(products[0].name.as_deref(), Some("A & B \"TV\""));
    assert_eq!(products[0].url.as_deref(), Some("https://shop.example/tv?a=1&b=2"));
    assert_eq!(products[0].compare_at.unwrap().to_string(), "159.00");
    assert_eq!(products[1].name.as_deref(), Some("Red & round"));
    let calls = products[1].calls("feed", Time(0));
    assert_eq!(calls.len(), 2, "the product and its variant");
    assert!(calls[1].contains("\"variant_id\":\"R_2\"") && calls[1].contains("\"product_id\":\"R\""), "{}", calls[1]);
}

#[test]
fn json_is_read_as_a_list_a_field_and_a_line_each() {
    let expected = ["1: 1 2.5 EUR -", "1: 2 3 EUR 4"];
    check(r#"[{"id":1,"title":"A","price":2.5},{"id":2,"price":"3 EUR","quantity":4}]"#, Format::Json, &expected);
    check(
        r#"{"products":[{"id":1,"title":"A [","price":2.5},{"id":2,"price":3,"quantity":4}],"n":2}"#,
        Format::Json,
        &expected,
    );
    check(
        "{\"id\":1,\"images\":[\"a\"],\"price\":2.5}\n{\"id\":2,\"price\":3,\"quantity\":4}\n",
        Format::Json,
        &["1: 1 2.5 EUR -", "2: 2 3 EUR 4"],
    );
    check(
        r#"[{"id":1,"price":2.5},{"id":2,,"price":3},{"id":2,"price":3,"quantity":4}]"#,
        Format::Json,
        &["1: 1 2.5 EUR -", "1: ! the object is not JSON: key must be a string at line 1 column 9", "1: 2 3 EUR 4"],
    );
}

#[test]
fn a_file_that_ends_early_keeps_what_came_before() {
    let check = |text: &str, rows_before: usize, reason: &str| {
        let (found, ended) = rows(text, None);
        assert_eq!(found.len(), rows_before, "{text}: {found:?}");
        assert!(ended.as_ref().is_err_and(|error| error.contains(reason)), "{text}: {ended:?}");
    };
    check(r#"[{"id":1,"price":2},{"id":2,"#, 1, "ends in the middle");
    check("<rss><item><g:id>1</g:id><g:title>a</g:title></item><item><g:id>2", 1, "");
    check("", 0, "no rows");
    check("<!DOCTYPE x [<!ENTITY a \"b\">]><rss></rss>", 0, "document type");
    check("id,title\n", 0, "no rows");
    check("hello\n", 0, "names no columns");
}

#[test]
fn what_is_too_large_is_refused_and_not_kept() {
    let large = "x".repeat(ROW_BYTES_MAX + 1_000);
    let check = |text: String| {
        let mut found = Vec::new();
        let _ = read(text.as_bytes(), None, Currency::EUR, &mut |line| {
            found.push(line.product.is_ok());
            true
        });
        assert_eq!(found, [false, true], "{}", &text[..20]);
    };
    check(format!("id,title\n1,{large}\n2,B\n"));
    check(format!("[{{\"id\":1,\"title\":\"{large}\"}},{{\"id\":2,\"title\":\"B\"}}]"));
    check(format!("<rss><item><id>1</id><title>{large}</title></item><item><id>2</id><title>B</title></item></rss>"));
}

#[test]
fn amounts_are_read_as_people_write_them() {
    let check = |text: &str, expected: Option<(&str, Option<&str>)>| {
        let found = money(text).ok().map(|(amount, currency)| (amount.to_string(), currency.map(|c| c.to_string())));
        assert_eq!(
            found,
            expected.map(|(amount, currency)| (amount.to_owned(), currency.map(str::to_owned))),
            "{text}"
        );
    };
    check("12", Some(("12", None)));
    check("12.5 EUR", Some(("12.5", Some("EUR"))));
    check("EUR 12,5", Some(("12.5", Some("EUR"))));
    check("1.234,56 €", Some(("1234.56", Some("EUR"))));
    check("1,234.56 USD", Some(("1234.56", Some("USD"))));
    check("1'234.50 CHF", Some(("1234.50", Some("CHF"))));
    check("1.234.567 JPY", Some(("1234567", Some("JPY"))));
    check("0.125 EUR", Some(("0.125", Some("EUR"))));
    check("1234.125", Some(("1234.125", None)));
    check("1,234", None);
    check("1,2,3", None);
    check("12 ZZZ", None);
    check("free", None);
}

#[test]
fn a_row_names_its_product_whether_it_is_one_or_not() {
    let check = |text: &str, expected: &[Naming]| {
        let mut found = Vec::new();
        let ended = read(text.as_bytes(), None, Currency::EUR, &mut |line| {
            found.push(line.naming);
            true
        });
        assert_eq!((&*found, ended.is_ok()), (expected, true), "{text}");
    };
    let product = |id: &str| Naming::Product(id.to_owned());
    let variant = |product: &str, id: &str| Naming::Variant { product: product.to_owned(), id: id.to_owned() };
    check("id,title\na,Lamp\n", &[product("a")]);
    check("id,title,price\na,Lamp,ten\n,Lamp,1\n", &[product("a"), Naming::Nothing]);
    check("sku,title\nS-1,Lamp\n", &[product("S-1")]);
    check("id,item_group_id,title\nred,lamp,Lamp\nlamp,lamp,Lamp\n", &[variant("lamp", "red"), product("lamp")]);
    let long = format!("id,title\na,{}\n", "x".repeat(ROW_BYTES_MAX + 1));
    check(&long, &[Naming::Unreadable]);
}
