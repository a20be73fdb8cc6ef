//! Any text as a BPMN file: compiled, written again, and started where it can be.
#![no_main]

use bpmn::{Command, Definition, Model, State};
use feel::{Env, Value};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

libfuzzer_sys::fuzz_target!(|xml: &str| {
    if let Ok(model) = Model::parse(xml) {
        assert_eq!(Model::parse(&model.to_xml()).as_ref(), Ok(&model));
    }
    let Ok((definition, _)) = Definition::draft(xml, &[]) else { return };
    let Some(trigger) = definition.manual_start() else { return };
    let (scope, zone) = (BTreeMap::new(), TimeZone::UTC);
    let env = Env { scope: &scope, now: base::Time(0), zone: &zone };
    let mut state = State::default();
    let _ = bpmn::step(&definition, &mut state, Command::Start { trigger, payload: &Value::Null }, &env);
});
