//! Call activity: another flow runs as a journey of its own, started and heard of by the caller. Cancelling goes down to it;
//! an error that it does not catch comes up.

use super::{Binding, unsupported};
use crate::{
    Effect, Kind, Waiting,
    compile::Source,
    definition::Text,
    step::run::{Arrival, Run},
};

/// Which flow is called, and what is handed over.
#[derive(Debug, Clone)]
pub struct Call {
    /// The id of the process.
    pub process: Text,
    pub binding: Binding,
    /// It gets all variables, not only the inputs.
    pub all_in: bool,
    /// All its variables come back, where there are no outputs.
    pub all_out: bool,
}

pub(super) fn compile(source: &mut Source) -> Kind {
    unsupported::check_activity(source);
    let called = source.zeebe("calledElement");
    let named = called.and_then(|element| element.attribute("processId"));
    let plain = source.element.attribute("calledElement").map(super::throw::local_name);
    let Some(process) = named.or(plain).map(str::trim).filter(|text| !text.is_empty()) else {
        return source
            .unsupported("missing_call", "the activity names no flow to call: set processId (zeebe:calledElement)");
    };
    let process = source.text(process, "the id of the called flow");
    let binding = called.map_or(Binding::Latest, |element| Binding::read(source, element));
    let says_not = |name| called.and_then(|element| element.attribute(name)) == Some("false");
    let (all_in, all_out) = (!says_not("propagateAllParentVariables"), !says_not("propagateAllChildVariables"));
    Kind::Call(Call { process, binding, all_in, all_out })
}

pub(super) fn perform(run: &mut Run, arrival: Arrival, call: &Call) {
    let process = run.text(&call.process, arrival.scope);
    let Some(process) = process.as_str().filter(|id| !id.is_empty()).map(str::to_string) else {
        return run.incident(arrival, format!("the called flow is {}, which names nothing", feel::to_text(&process)));
    };
    let node = arrival.node;
    let inputs = run.inputs(node, arrival.scope);
    let mut variables = if call.all_in { run.state.variables_at(arrival.scope) } else { Default::default() };
    variables.extend(inputs);
    if let Some(token) = run.try_park(arrival, Waiting::Child) {
        let binding = call.binding.clone();
        let variables = variables.into_iter().collect();
        run.effects.push(Effect::StartChild { token, node, process, binding, variables });
    }
}
