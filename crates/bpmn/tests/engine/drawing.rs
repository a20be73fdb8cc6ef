//! Small processes written as lines.
//!
//! A line is `KIND id rest`, `from -> to [* weight] [: condition]` (the flow's id is `from-to`, with a `+` where there is one
//! already), XML as it is, or the `}` that closes a `sub` or `esub`. Events are written as `message NAME key = KEY`,
//! `timer PT1H`, `date …`, `cycle R3/PT1H`, `signal NAME`, `error CODE`, `escalation CODE` (`*` is any), `condition …`,
//! `compensate ACTIVITY`, `link NAME`, `terminate`.

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[derive(Default)]
struct Drawing {
    /// Messages, signals, errors, escalations.
    roots: String,
    body: String,
    attributes: String,
    count: usize,
    closing: Vec<String>,
}

/// A file with one process.
pub fn process(lines: &str) -> String {
    let mut drawing = Drawing::default();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        drawing.line(line);
        drawing.body.push('\n');
    }
    format!(
        "<definitions xmlns='{}' xmlns:zeebe='{}' xmlns:ritorno='{}'>\n{}<process id='flow' {}>\n{}</process>\n</definitions>",
        bpmn::BPMN,
        bpmn::ZEEBE,
        bpmn::RITORNO,
        drawing.roots,
        drawing.attributes,
        drawing.body
    )
}

/// The text of an activity, how it is repeated, and its attributes after `@with`.
struct Activity {
    rest: String,
    inside: String,
    attributes: String,
}

/// `… @par items item [-> results = output] [? until]`, or `@seq`; `… @with ritorno:since='journey'`.
fn activity(rest: &str) -> Activity {
    let (rest, attributes) = rest.split_once("@with ").unwrap_or((rest, ""));
    let attributes = attributes.to_string();
    let place = rest.find("@par ").or_else(|| rest.find("@seq "));
    let Some(place) = place else { return Activity { rest: rest.trim().into(), inside: String::new(), attributes } };
    let (before, repeat) = rest.split_at(place);
    let sequential = repeat.starts_with("@seq");
    let (repeat, until) = repeat[5..].split_once(" ? ").unwrap_or((&repeat[5..], ""));
    let (items, output) = repeat.split_once(" -> ").unwrap_or((repeat, ""));
    let (items, item) = items.trim().rsplit_once(' ').expect("items and item");
    let output = match output.split_once(" = ") {
        Some((name, value)) => {
            format!("outputCollection='{}' outputElement='={}'", name.trim(), escape(value.trim()))
        }
        None => String::new(),
    };
    let until = match until.trim() {
        "" => String::new(),
        text => format!("<completionCondition>={}</completionCondition>", escape(text)),
    };
    let inside = format!(
        "<multiInstanceLoopCharacteristics isSequential='{sequential}'><extensionElements><zeebe:loopCharacteristics \
         inputCollection='={}' inputElement='{item}' {output}/></extensionElements>{until}</multiInstanceLoopCharacteristics>",
        escape(items)
    );
    Activity { rest: before.trim().into(), inside, attributes }
}

/// `a=1; out b=c`: inputs and outputs.
pub fn mappings(text: &str) -> String {
    let one = |part: &str| {
        let (which, part) = match part.trim().strip_prefix("out ") {
            Some(rest) => ("output", rest),
            None => ("input", part.trim()),
        };
        let (target, source) = part.split_once('=').expect("target=source");
        format!("<zeebe:{which} source='{}' target='{}'/>", escape(source), target.trim())
    };
    let parts: String = text.split(';').filter(|part| !part.trim().is_empty()).map(one).collect();
    if parts.is_empty() { parts } else { format!("<zeebe:ioMapping>{parts}</zeebe:ioMapping>") }
}

fn extensions(inside: &str) -> String {
    if inside.is_empty() { String::new() } else { format!("<extensionElements>{inside}</extensionElements>") }
}

impl Drawing {
    fn line(&mut self, line: &str) {
        if line == "}" {
            let end = self.closing.pop().expect("a sub-process to close");
            self.body += &end;
        } else if line.starts_with('<') {
            self.body += line;
        } else if let Some((from, rest)) = line.split_once(" -> ").filter(|(from, _)| !from.contains(' ')) {
            self.flow(from, rest);
        } else {
            let mut words = line.splitn(3, ' ');
            let (kind, id) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
            let rest = words.next().unwrap_or_default();
            if kind == "process" {
                self.attributes = line.trim_start_matches("process ").to_string();
            } else {
                let drawn = self.node(kind, id, rest);
                self.body += &drawn;
            }
        }
    }

    fn flow(&mut self, from: &str, rest: &str) {
        let (to, condition) = rest.split_once(" : ").unwrap_or((rest, ""));
        let (to, weight) = to.split_once(" * ").unwrap_or((to, ""));
        let weight = if weight.is_empty() { String::new() } else { format!("ritorno:weight='{weight}'") };
        let condition = match condition {
            "" => String::new(),
            text => format!("<conditionExpression>{}</conditionExpression>", escape(text)),
        };
        let mut id = format!("{from}-{to}");
        while self.body.contains(&format!("id='{id}'")) {
            id.push('+');
        }
        self.body +=
            &format!("<sequenceFlow id='{id}' sourceRef='{from}' targetRef='{to}' {weight}>{condition}</sequenceFlow>");
    }

    /// The event definition, with what it refers to among the roots.
    fn event(&mut self, spec: &str) -> String {
        let (kind, rest) = spec.trim().split_once(' ').unwrap_or((spec.trim(), ""));
        self.count += 1;
        let id = format!("r{}", self.count);
        let rest = rest.trim();
        match kind {
            "message" => {
                let (name, key) = rest.split_once(" key ").unwrap_or((rest, ""));
                let key = escape(key);
                self.roots += &format!(
                    "<message id='{id}' name='{}'><extensionElements><zeebe:subscription correlationKey='{key}'/></extensionElements></message>\n",
                    escape(name)
                );
                format!("<messageEventDefinition messageRef='{id}'/>")
            }
            "timer" => {
                format!("<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>", escape(rest))
            }
            "date" => format!("<timerEventDefinition><timeDate>{}</timeDate></timerEventDefinition>", escape(rest)),
            "cycle" => format!("<timerEventDefinition><timeCycle>{}</timeCycle></timerEventDefinition>", escape(rest)),
            "condition" => {
                format!(
                    "<conditionalEventDefinition><condition>{}</condition></conditionalEventDefinition>",
                    escape(rest)
                )
            }
            "link" => format!("<linkEventDefinition name='{rest}'/>"),
            "terminate" => "<terminateEventDefinition/>".into(),
            "compensate" if rest.is_empty() => "<compensateEventDefinition/>".into(),
            "compensate" => format!("<compensateEventDefinition activityRef='{rest}'/>"),
            "signal" => {
                self.roots += &format!("<signal id='{id}' name='{rest}'/>\n");
                format!("<signalEventDefinition signalRef='{id}'/>")
            }
            "error" | "escalation" => {
                let code = if rest == "*" { String::new() } else { format!("{kind}Code='{}'", escape(rest)) };
                self.roots += &format!("<{kind} id='{id}' {code}/>\n");
                format!("<{kind}EventDefinition {kind}Ref='{id}'/>")
            }
            _ => panic!("no event is written {spec:?}"),
        }
    }

    fn node(&mut self, kind: &str, id: &str, rest: &str) -> String {
        let Activity { rest: text, inside, attributes } = activity(rest);
        let raw = text.as_str();
        let (spec, io) = raw.split_once(" | ").unwrap_or((raw, ""));
        match kind {
            "start" | "task" | "end" if raw.is_empty() => {
                let tag = match kind {
                    "task" => "task",
                    "end" => "endEvent",
                    _ => "startEvent",
                };
                format!("<{tag} id='{id}' {attributes}>{inside}</{tag}>")
            }
            "trigger" => {
                let event = self.event(&format!("message {spec}"));
                let io = extensions(&mappings(io));
                format!("<startEvent id='{id}' {attributes}>{io}{event}</startEvent>")
            }
            "start" | "end" | "throw" | "catch" => {
                let (tag, event) = (tag_of(kind), self.event(spec));
                // A message is thrown by a job.
                let job = match (kind, spec.starts_with("message")) {
                    ("end" | "throw", true) => "<zeebe:taskDefinition type='test'/>",
                    _ => "",
                };
                let io = extensions(&format!("{job}{}", mappings(io)));
                format!("<{tag} id='{id}' {attributes}>{io}{event}</{tag}>")
            }
            "message" | "timer" | "date" => {
                let event = self.event(&format!("{kind} {spec}"));
                let io = extensions(&mappings(io));
                format!("<intermediateCatchEvent id='{id}' {attributes}>{io}{event}</intermediateCatchEvent>")
            }
            "local" => {
                let (duration, at) = raw.split_once(' ').unwrap_or((raw, ""));
                let at = if at.is_empty() { String::new() } else { format!("ritorno:at='{at}'") };
                format!(
                    "<intermediateCatchEvent id='{id}' ritorno:calendar='local' {at}><timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition></intermediateCatchEvent>"
                )
            }
            "terminate" => format!("<endEvent id='{id}'><terminateEventDefinition/></endEvent>"),
            "estart" | "boundary" => {
                let (stays, spec) = spec.strip_prefix("~ ").map_or((false, spec), |spec| (true, spec));
                let io = extensions(&mappings(io));
                if kind == "estart" {
                    let event = self.event(spec);
                    return format!(
                        "<startEvent id='{id}' isInterrupting='{}' {attributes}>{io}{event}</startEvent>",
                        !stays
                    );
                }
                let (host, spec) = spec.split_once(' ').expect("boundary id [~] HOST EVENT");
                let event = self.event(spec);
                format!(
                    "<boundaryEvent id='{id}' attachedToRef='{host}' cancelActivity='{}' {attributes}>{io}{event}</boundaryEvent>",
                    !stays
                )
            }
            "sub" | "esub" => {
                self.closing.push("</subProcess>".into());
                let raw = raw.trim_end_matches('{').trim();
                let io = extensions(&mappings(raw));
                format!("<subProcess id='{id}' triggeredByEvent='{}' {attributes}>{io}{inside}", kind == "esub")
            }
            "xor" => format!("<exclusiveGateway id='{id}' {raw}/>"),
            "or" => format!("<inclusiveGateway id='{id}' {raw}/>"),
            "and" => format!("<parallelGateway id='{id}'/>"),
            "events" => format!("<eventBasedGateway id='{id}'/>"),
            "user" => {
                let io = extensions(&mappings(raw));
                format!("<userTask id='{id}' {attributes}>{io}{inside}</userTask>")
            }
            "job" | "undo" => {
                let handler = if kind == "undo" { "isForCompensation='true'" } else { "" };
                format!(
                    "<serviceTask id='{id}' {handler} {attributes}><extensionElements><zeebe:taskDefinition type='test'/>{}</extensionElements>{inside}</serviceTask>",
                    mappings(raw)
                )
            }
            "undoes" => format!("<association id='as-{id}-{raw}' sourceRef='{raw}' targetRef='{id}'/>"),
            "script" => {
                let (name, formula) = raw.split_once(" = ").expect("script id name = formula");
                format!(
                    "<scriptTask id='{id}'><extensionElements><zeebe:script expression='={}' resultVariable='{name}'/></extensionElements>{inside}</scriptTask>",
                    escape(formula)
                )
            }
            "decide" => {
                let (decision, result) = spec.split_once(' ').expect("decide id decision result");
                format!(
                    "<businessRuleTask id='{id}'><extensionElements><zeebe:calledDecision decisionId='{}' resultVariable='{result}' {attributes}/>{}</extensionElements>{inside}</businessRuleTask>",
                    escape(decision),
                    mappings(io)
                )
            }
            "call" => format!(
                "<callActivity id='{id}'><extensionElements><zeebe:calledElement processId='{}' {attributes}/>{}</extensionElements>{inside}</callActivity>",
                escape(spec),
                mappings(io)
            ),
            "receive" => {
                self.event(&format!("message {spec}"));
                let reference = format!("r{}", self.count);
                format!("<receiveTask id='{id}' messageRef='{reference}' {attributes}>{inside}</receiveTask>")
            }
            _ => format!("<{kind} id='{id}' {raw}>{inside}</{kind}>"),
        }
    }
}

fn tag_of(kind: &str) -> &'static str {
    match kind {
        "start" => "startEvent",
        "end" => "endEvent",
        "throw" => "intermediateThrowEvent",
        _ => "intermediateCatchEvent",
    }
}
