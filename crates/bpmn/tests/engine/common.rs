//! Small processes written as lines, and journeys through them.

use base::{HOUR, Time};
use bpmn::{Command, Definition, Effect, NodeId, Rejected, State, WaitKind};
use feel::{Env, Value};
use jiff::tz::TimeZone;
use std::collections::BTreeMap;

pub const START: Time = Time(1_764_000_000_000_000);

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A file with one process. A line is `KIND id rest` or `from -> to [: condition]` (the flow's id is `from-to`, with a `+` where there
/// is one already).
pub fn process(lines: &str) -> String {
    let (mut body, mut messages) = (String::new(), String::new());
    let mut attributes = String::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some((from, rest)) = line.split_once(" -> ") {
            let (to, condition) = rest.split_once(" : ").unwrap_or((rest, ""));
            let (to, weight) = to.split_once(" * ").unwrap_or((to, ""));
            let weight = if weight.is_empty() { String::new() } else { format!("ritorno:weight='{weight}'") };
            let condition = match condition {
                "" => String::new(),
                text => format!("<conditionExpression>{}</conditionExpression>", escape(text)),
            };
            let mut id = format!("{from}-{to}");
            while body.contains(&format!("id='{id}'")) {
                id.push('+');
            }
            body += &format!(
                "<sequenceFlow id='{id}' sourceRef='{from}' targetRef='{to}' {weight}>{condition}</sequenceFlow>\n"
            );
            continue;
        }
        let mut words = line.splitn(3, ' ');
        let (kind, id) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let rest = escape(words.next().unwrap_or_default());
        let message = |messages: &mut String| {
            let (name, key) = rest.split_once(" key ").unwrap_or((&rest, ""));
            *messages += &format!(
                "<message id='m_{id}' name='{name}'><extensionElements><zeebe:subscription correlationKey='{key}'/></extensionElements></message>\n"
            );
        };
        body += &match kind {
            "process" => {
                attributes = line.trim_start_matches("process ").to_string();
                continue;
            }
            "start" => format!("<startEvent id='{id}'/>"),
            "trigger" => {
                message(&mut messages);
                format!("<startEvent id='{id}'><messageEventDefinition messageRef='m_{id}'/></startEvent>")
            }
            "end" => format!("<endEvent id='{id}'/>"),
            "terminate" => format!("<endEvent id='{id}'><terminateEventDefinition/></endEvent>"),
            "xor" => format!("<exclusiveGateway id='{id}' {}/>", rest.replace("&quot;", "'")),
            "and" => format!("<parallelGateway id='{id}'/>"),
            "events" => format!("<eventBasedGateway id='{id}'/>"),
            "task" => format!("<task id='{id}'/>"),
            "user" => format!("<userTask id='{id}'/>"),
            "job" => format!(
                "<serviceTask id='{id}'><extensionElements><zeebe:taskDefinition type='test'/>{}</extensionElements></serviceTask>",
                mappings(&rest)
            ),
            "timer" => format!(
                "<intermediateCatchEvent id='{id}'><timerEventDefinition><timeDuration>{rest}</timeDuration></timerEventDefinition></intermediateCatchEvent>"
            ),
            "local" => {
                let (duration, at) = rest.split_once(' ').unwrap_or((&rest, ""));
                let at = if at.is_empty() { String::new() } else { format!("ritorno:at='{at}'") };
                format!(
                    "<intermediateCatchEvent id='{id}' ritorno:calendar='local' {at}><timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition></intermediateCatchEvent>"
                )
            }
            "date" => format!(
                "<intermediateCatchEvent id='{id}'><timerEventDefinition><timeDate>{rest}</timeDate></timerEventDefinition></intermediateCatchEvent>"
            ),
            "message" => {
                message(&mut messages);
                format!(
                    "<intermediateCatchEvent id='{id}'><messageEventDefinition messageRef='m_{id}'/></intermediateCatchEvent>"
                )
            }
            "receive" => {
                message(&mut messages);
                format!("<receiveTask id='{id}' messageRef='m_{id}' ritorno:filter='= event.total &gt; 50'/>")
            }
            _ => format!("<{kind} id='{id}'/>"),
        };
        body.push('\n');
    }
    format!(
        "<definitions xmlns='{}' xmlns:zeebe='{}' xmlns:ritorno='{}'>\n{messages}<process id='p' {attributes}>\n{body}</process>\n</definitions>",
        bpmn::BPMN,
        bpmn::ZEEBE,
        bpmn::RITORNO
    )
}

/// `a=1; out b=c` : inputs and outputs.
fn mappings(text: &str) -> String {
    let one = |part: &str| {
        let (which, part) = match part.trim().strip_prefix("out ") {
            Some(rest) => ("output", rest),
            None => ("input", part.trim()),
        };
        let (target, source) = part.split_once('=').expect("target=source");
        format!("<zeebe:{which} source='{source}' target='{target}'/>")
    };
    let parts: String = text.split(';').filter(|part| !part.trim().is_empty()).map(one).collect();
    if parts.is_empty() { parts } else { format!("<zeebe:ioMapping>{parts}</zeebe:ioMapping>") }
}

/// A journey, what it sees, and the time.
pub struct Journey {
    pub definition: Definition,
    pub state: State,
    pub scope: BTreeMap<String, Value>,
    pub now: Time,
    pub zone: TimeZone,
    pub trace: Vec<String>,
    pub effects: Vec<Effect>,
}

impl Journey {
    pub fn of(xml: &str) -> Journey {
        let definition = Definition::compile(xml).unwrap_or_else(|problems| {
            let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        });
        Journey {
            definition,
            state: State::default(),
            scope: BTreeMap::new(),
            now: START,
            zone: TimeZone::get("Europe/Rome").expect("bundled"),
            trace: Vec::new(),
            effects: Vec::new(),
        }
    }

    pub fn new(lines: &str) -> Journey {
        Journey::of(&process(lines))
    }

    /// Sets a root name that the conditions see.
    pub fn with(mut self, name: &str, value: serde_json::Value) -> Journey {
        self.scope.insert(name.into(), feel::from_json(&value));
        self
    }

    pub fn start(mut self) -> Journey {
        let (first, _) = self.definition.nodes().next().expect("a node");
        self.send(Command::Start { trigger: first }).expect("a fresh journey starts");
        self
    }

    /// Steps, and checks what must hold after each step; the trace grows by what happened.
    pub fn send(&mut self, command: Command) -> Result<(), Rejected> {
        let before = self.state.clone();
        let env = Env { scope: &self.scope, now: self.now, zone: &self.zone };
        let result = bpmn::step(&self.definition, &mut self.state, command, &env);
        if result.is_err() {
            assert!(self.state == before, "a rejected command changed the state");
        }
        let bytes = minicbor::to_vec(&self.state).expect("a vector takes all");
        let back: State = minicbor::decode(&bytes).expect("what was written is read");
        assert!(back == self.state, "the state changed on its way through bytes");
        self.state = back;
        check_invariants(&self.state);
        self.effects = result?;
        let texts: Vec<String> = self.effects.iter().filter_map(|effect| self.text(effect)).collect();
        self.trace.extend(texts);
        Ok(())
    }

    fn text(&self, effect: &Effect) -> Option<String> {
        let id = |node: &NodeId| self.definition.node(*node).id.clone();
        Some(match effect {
            Effect::Entered { node } => id(node),
            Effect::TookFlow { .. } => return None,
            Effect::Job { node, .. } => format!("job:{}", id(node)),
            Effect::UserTask { node, .. } => format!("user:{}", id(node)),
            Effect::CancelJob { .. } => "cancel-job".into(),
            Effect::Incident { node, .. } => format!("incident:{}", id(node)),
            Effect::Ended { node, terminate } => {
                format!("{}:{}", if *terminate { "terminated" } else { "ended" }, id(node))
            }
            Effect::Cancelled { .. } => "cancelled".into(),
        })
    }

    pub fn after_hours(&mut self, hours: i64) -> Result<(), Rejected> {
        self.now = self.now + hours * HOUR;
        self.send(Command::FireTimers)
    }

    pub fn message(&mut self, name: &str, key: Option<&str>) -> Result<(), Rejected> {
        self.send(Command::Message { name, key, payload: &Value::Null })
    }

    /// Completes the oldest job.
    pub fn done(&mut self) -> Result<(), Rejected> {
        let job = self.state.waits().find(|wait| wait.kind == WaitKind::Job);
        let token = job.expect("a job waits").token;
        self.send(Command::CompleteJob { token, variables: Vec::new() })
    }

    /// What happened since the last call.
    #[track_caller]
    pub fn expect(&mut self, wanted: &str) {
        assert_eq!(std::mem::take(&mut self.trace).join(" "), wanted);
    }

    /// What it waits for, by node.
    pub fn waiting(&self) -> String {
        let ids: Vec<&str> = self.state.waits().map(|wait| self.definition.node(wait.node).id.as_str()).collect();
        ids.join(" ")
    }
}

/// A journey that runs has a token; one that has ended has nothing; ids are unique and below the next.
fn check_invariants(state: &State) {
    assert!(!state.is_ended() || state.tokens().is_empty());
    assert!(!state.is_started() || state.is_ended() || !state.tokens().is_empty());
    let mut ids: Vec<u32> = state.tokens().iter().map(|token| token.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), state.tokens().len());
    assert_eq!(state.is_ended() || state.waits().count() + state.incidents().count() > 0, state.is_started());
    let due = state.waits().filter_map(|wait| match wait.kind {
        WaitKind::Timer { due } => Some(due),
        _ => None,
    });
    assert_eq!(due.min(), state.next_due());
}
