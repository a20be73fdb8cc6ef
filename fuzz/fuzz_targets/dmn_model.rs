//! Any text as a decision model, with each of its decisions made.
#![no_main]

use feel::{Env, dmn::Model};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

libfuzzer_sys::fuzz_target!(|xml: &str| {
    let Ok(model) = Model::read(xml) else { return };
    let (scope, zone) = (BTreeMap::new(), TimeZone::UTC);
    let env = Env { scope: &scope, now: base::Time(0), zone: &zone };
    for (id, _) in model.decisions() {
        let _ = model.decide(id, &env);
    }
});
