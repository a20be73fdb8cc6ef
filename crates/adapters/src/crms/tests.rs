//! Names of fields, and what is sent under them. The calls themselves are tried against doubles, with the flows that make them.

use super::{Crm, Kind, Sessions, Target, fields::FIELDS};
use crate::web::{Addresses, Web, encoded};
use std::collections::{BTreeMap, BTreeSet};

fn crm(kind: Kind, settings: &[(&str, &str)]) -> Crm {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let (credentials, found) = (BTreeMap::new(), BTreeMap::new());
    let target = Target { kind, base_url: "https://crm.example".to_owned(), credentials, settings, found };
    Crm { web: Web::new(Addresses::Public).unwrap(), sessions: Sessions::default(), target }
}

#[test]
fn every_object_has_one_id_and_no_name_twice() {
    for object in ["contact", "cart", "order", "line"] {
        let ids = FIELDS.iter().filter(|field| field.object() == object && field.is_id()).count();
        assert_eq!(ids, 1, "{object}");
        for kind in [Kind::Hubspot, Kind::Salesforce] {
            let crm = crm(kind, &[]);
            let names: Vec<&str> = crm.fields(object).map(|(name, _)| name).collect();
            assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{object} of {kind:?}: {names:?}");
        }
    }
}

#[test]
fn a_field_is_renamed_or_left_out_but_never_our_id() {
    let check = |settings: &[(&str, &str)], field: &str, expected: Option<&str>| {
        let crm = crm(Kind::Hubspot, settings);
        let (object, own) = field.split_once('.').unwrap();
        let found = crm.fields(object).find(|(_, field)| field.own() == own).map(|(name, _)| name.to_owned());
        assert_eq!(found.as_deref(), expected, "{field} with {settings:?}");
    };
    check(&[], "cart.total", Some("total"));
    check(&[("cart.total", "importo")], "cart.total", Some("importo"));
    check(&[("cart.total", "")], "cart.total", None);
    check(&[("cart.id", "")], "cart.id", Some("ritorno_id"));
    check(&[("cart.id", "codice")], "cart.id", Some("codice"));
    check(&[], "cart.contact", None);
}

#[test]
fn what_stands_in_an_address_is_encoded() {
    assert_eq!(encoded("A/b ?#&=è"), "A%2Fb%20%3F%23%26%3D%C3%A8");
    assert_eq!(encoded("p-1_2.3~"), "p-1_2.3~");
}
