//! Small flows, drawn in a few words.

/// A flow that begins when a cart has stood idle for a day: what stands behind its start event `begin`.
pub fn idle(id: &str, inside: &str) -> String {
    let begin =
        "<startEvent id='begin' ritorno:idleHours='24'><messageEventDefinition messageRef='m_idle'/></startEvent>";
    file(id, &format!("{begin}{inside}"))
}

/// A flow that begins by being called: what stands behind its start event `begin`.
pub fn called(id: &str, inside: &str) -> String {
    file(id, &format!("<startEvent id='begin'/>{inside}"))
}

/// A file with one process.
pub fn file(id: &str, inside: &str) -> String {
    format!(
        "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:zeebe='http://camunda.org/schema/zeebe/1.0' \
         xmlns:ritorno='urn:ritorno:bpmn:1' id='d_{id}' targetNamespace='urn:test'>\
         <message id='m_idle' name='Cart Idle'/><message id='m_order' name='Order Completed'/>\
         <signal id='s_loud' name='Loud'/><error id='x_broken' name='Broken' errorCode='broken'/>\
         <escalation id='c_help' name='Help' escalationCode='help'/>\
         <process id='{id}' name='{id}' isExecutable='true'>{inside}</process></definitions>"
    )
}

/// Sequence flows in a row, such as `begin -> pick -> done`; several rows behind semicolons.
pub fn ways(rows: &str) -> String {
    let mut flows = String::new();
    for row in rows.split(';') {
        let stops: Vec<&str> = row.split("->").map(str::trim).collect();
        for pair in stops.windows(2) {
            let (from, to) = (pair[0], pair[1]);
            flows.push_str(&format!("<sequenceFlow id='{from}_{to}' sourceRef='{from}' targetRef='{to}'/>"));
        }
    }
    flows
}

pub fn user(id: &str) -> String {
    format!("<userTask id='{id}' name='{id}'/>")
}

pub fn decide(id: &str, decision: &str, result: &str) -> String {
    format!(
        "<businessRuleTask id='{id}'><extensionElements><zeebe:calledDecision decisionId='{decision}' resultVariable='{result}'/>\
         </extensionElements></businessRuleTask>"
    )
}

/// A call activity with more inside it (mappings stand in `extensionElements`).
pub fn call(id: &str, process: &str, more: &str) -> String {
    format!(
        "<callActivity id='{id}'><extensionElements><zeebe:calledElement processId='{process}'/>{more}</extensionElements>\
         </callActivity>"
    )
}

pub fn end(id: &str) -> String {
    format!("<endEvent id='{id}'/>")
}

/// Which discount for which cart: 10 from 100 euro, 5 from 50, else none.
pub const DISCOUNT: &str = "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='discounts' name='Discounts' namespace='urn:test'>\
    <decision id='discount' name='Discount'><variable id='v' name='Discount' typeRef='number'/>\
    <decisionTable id='table' hitPolicy='FIRST'>\
    <input id='total'><inputExpression id='total_is' typeRef='number'><text>cart.total</text></inputExpression></input>\
    <output id='percent' typeRef='number'/>\
    <rule id='large'><inputEntry id='large_i'><text>&gt;= 100</text></inputEntry><outputEntry id='large_o'><text>10</text></outputEntry></rule>\
    <rule id='middle'><inputEntry id='middle_i'><text>&gt;= 50</text></inputEntry><outputEntry id='middle_o'><text>5</text></outputEntry></rule>\
    </decisionTable></decision></definitions>";
