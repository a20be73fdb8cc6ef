//! What does not run is refused: with the element, its name, and what to draw instead.

use crate::common::process;
use bpmn::{Definition, Problem};

fn problems(xml: &str) -> Vec<Problem> {
    Definition::compile(xml)
        .err()
        .unwrap_or_default()
        .into_iter()
        .filter(|p| p.severity > bpmn::Severity::Notice)
        .collect()
}

/// Exactly one problem, at this element, with these words.
#[track_caller]
fn refuse(lines: &str, element: &str, words: &str) {
    let found = problems(&process(lines));
    let [problem] = found.as_slice() else { panic!("{lines}: {found:?}") };
    assert_eq!(problem.element.as_deref(), Some(element), "{problem}");
    assert!(problem.message.contains(words), "{problem}");
    assert!(problem.line.is_some(), "{problem}");
}

const AROUND: &str = "start s\n end e\n s -> x\n x -> e";

#[test]
fn elements_that_are_not_executed_are_refused_with_advice() {
    let check = |line: &str, words: &str| refuse(&format!("{AROUND}\n {line}"), "x", words);
    check("complexGateway x", "use exclusive");
    check("transaction x", "draw a sub-process");
    check("adHocSubProcess x", "draw the order of its steps");
    check("callActivity x", "names no flow");
    check("businessRuleTask x", "names no decision");
    check("scriptTask x", "has no script");
    check("surprise x", "remove it");
}

#[test]
fn flows_and_gateways_are_checked() {
    refuse("start s\n xor g\n end a\n end b\n s -> g\n g -> a : x\n g -> b", "g", "the flow g-b needs a condition");
    refuse("start s\n xor g default='nothing'\n end a\n s -> g\n g -> a", "g", "default flow nothing does not leave");
    refuse("start s\n task t\n end a\n s -> t\n t -> a : x", "t", "put an exclusive gateway before it");
    refuse("start s\n and g\n end a\n s -> g\n g -> a : x", "g", "a parallel gateway takes all its flows");
    refuse("start s\n events g\n task t\n s -> g\n g -> t", "g", "t does not wait for an event");
    refuse("start s\n events g\n s -> g", "g", "needs flows to the events");
    refuse(
        "start s\n events g\n timer t PT1H\n task u\n s -> g\n g -> t\n t -> u\n u -> t",
        "g",
        "another incoming flow",
    );
    refuse("start s\n task t\n end e\n s -> t\n t -> e\n t -> s", "s", "a start event has no incoming flow");
    refuse("start s\n end e\n task t\n s -> e\n e -> t", "e", "an end event has no outgoing flow");
    refuse("start s\n task t\n end e\n s -> e", "t", "no flow leads here");
    refuse("task t\n end e\n t -> e", "flow", "no start event");
    refuse("start s\n start r\n end e\n s -> e\n r -> e", "flow", "several start events without a message");
    refuse("start s\n end e\n s -> e\n s -> nowhere", "s-nowhere", "not an event, gateway or task here");
    refuse("start s\n end e\n task s\n s -> e", "s", "rename one");
    refuse("start s\n xor g ritorno:split='weighted'\n end a\n s -> g\n g -> a", "g", "needs ritorno:weight");
    refuse("start s\n xor g\n end a\n s -> g\n g -> a * 3", "g", "set ritorno:split");
}

#[test]
fn expressions_and_timers_are_checked() {
    refuse("start s\n xor g\n end a\n s -> g\n g -> a : x >", "g-a", "at character 4");
    refuse("start s\n xor g\n end a\n s -> g\n g -> a : ${x > 1}", "g-a", "Java expression");
    refuse("start s\n timer t soon\n s -> t", "t", "not an ISO 8601 duration");
    refuse("start s\n timer t = duration(\n s -> t", "t", "not understood");
    refuse("start s\n date t tomorrow\n s -> t", "t", "not an ISO 8601 date and time");
    refuse("start s\n job j a= =1+\n s -> j", "j", "the source of the input a is not understood");
    refuse("start s\n message m = name\n s -> m", "m", "needs a fixed name");
    refuse("start s\n local t P1D 9am\n s -> t", "t", "ritorno:at is a time");
}

#[test]
fn ritorno_attributes_are_known_or_refused() {
    let process_with = |attribute: &str| format!("process {attribute}\n start s");
    refuse(
        &process_with("ritorno:capp='3'"),
        "flow",
        "unknown attribute ritorno:capp on <process>; known here: parameters, cap",
    );
    refuse(&process_with("ritorno:parameters='a'"), "flow", "not written as name=value");
    refuse(&process_with("ritorno:parameters='a=1; a=2'"), "flow", "declared twice");
    refuse(&process_with("ritorno:cap='= 1 +'"), "flow", "not understood");
    refuse(
        "start s\n xor g ritorno:weight='3'\n s -> g",
        "g",
        "unknown attribute ritorno:weight on <exclusiveGateway>",
    );
    let ok = "process ritorno:cap='1' ritorno:latest='PT6H' ritorno:maxAge='PT48H' ritorno:goal='x' ritorno:exit='x' \
        ritorno:businessKey='cart' ritorno:parameters='text=\"a; b\"; yes=true;'\n start s";
    let definition = Definition::compile(&process(ok)).unwrap();
    let values: Vec<String> = definition.parameters().iter().map(|(_, value)| feel::to_text(value)).collect();
    assert_eq!(values, ["a; b", "true"]);
}

fn raw(body: &str) -> String {
    process("start s\n s -> x").replace("</process>", &format!("{body}</process>"))
}

#[test]
fn parts_of_known_elements_that_are_not_executed_are_refused() {
    let check = |body: &str, words: &str| {
        let found = problems(&raw(body));
        assert!(found.iter().any(|problem| problem.message.contains(words)), "{body}: {found:?}");
    };
    check("<sendTask id='x'/>", "does not say what it does");
    check("<userTask id='x'><multiInstanceLoopCharacteristics/></userTask>", "for each item of no list");
    check("<task id='x'><standardLoopCharacteristics/></task>", "looping");
    check("<task id='x' default='s-x'/>", "belongs to an exclusive or inclusive gateway");
    check("<task id='x'/><boundaryEvent id='b' attachedToRef='x'/>", "waits for nothing");
    check("<intermediateCatchEvent id='x'/>", "waits for nothing");
    check("<intermediateCatchEvent id='x'><signalEventDefinition/></intermediateCatchEvent>", "needs a signal");
    check("<intermediateCatchEvent id='x'><messageEventDefinition/></intermediateCatchEvent>", "no message");
    check(
        "<intermediateCatchEvent id='x'><timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></intermediateCatchEvent>",
        "waits once",
    );
    check(
        "<intermediateCatchEvent id='x'><timerEventDefinition/></intermediateCatchEvent>",
        "needs one of timeDuration",
    );
    check("<intermediateThrowEvent id='x'><messageEventDefinition/></intermediateThrowEvent>", "set its type");
    check("<endEvent id='x'><errorEventDefinition/></endEvent>", "has no code");
    check("<receiveTask id='x' instantiate='true'/>", "use a start event");
    check("<eventBasedGateway id='x' instantiate='true'/>", "use start events");
    check(
        "<serviceTask id='x'><extensionElements><zeebe:taskDefinition type='a'/><zeebe:executionListeners/></extensionElements></serviceTask>",
        "zeebe:executionListeners is not executed",
    );
    check(
        "<serviceTask id='x'><extensionElements><zeebe:taskDefinition type='= a'/></extensionElements></serviceTask>",
        "does not say what it does",
    );
    check("<task id='x'><extensionElements><zeebe:script/></extensionElements></task>", "zeebe:script is not executed");
    check("<task id='x'><extensionElements><ritorno:goal/></extensionElements></task>", "attributes of BPMN elements");
    check("<task id='x' ritorno:since='journey'/>", "unknown attribute ritorno:since on <task>");
}

#[test]
fn all_problems_come_at_once_and_in_the_order_of_the_file() {
    let lines = "start s\n xor g\n complexGateway a\n timer b soon\n end e\n s -> g\n g -> a : x >\n g -> b\n a -> e\n b -> e\n task lost";
    let found = problems(&process(lines));
    let places: Vec<&str> = found.iter().filter_map(|problem| problem.element.as_deref()).collect();
    assert_eq!(places, ["g", "a", "b", "g-a", "lost"], "{found:?}");
}

#[test]
fn what_somebody_should_look_at_is_told_and_does_not_keep_a_flow_from_running() {
    let check = |lines: &str, rule: &str, element: &str| {
        let xml = process(lines);
        let found = Definition::problems(&xml);
        let told = found.iter().any(|p| p.rule == rule && p.element.as_deref() == Some(element));
        assert!(told, "{lines}: {found:?}");
        assert!(Definition::compile(&xml).is_ok(), "{lines}");
    };
    check("start s\n end e\n s -> e", "plain_start", "s");
    check("start s\n xor g\n end a\n end b\n s -> g\n g -> a : x\n g -> b : y", "no_default", "g");
    let crossed = "start s\n xor g default='g-b'\n task a\n task b\n and j\n end e\n s -> g\n g -> a : x\n g -> b\n a -> j\n b -> j\n j -> e";
    check(crossed, "stuck_join", "j");
    check("start s\n xor m\n task a\n s -> m\n m -> a\n a -> m", "loop_without_wait", "m");
}

#[test]
fn what_stands_in_the_wrong_place_is_refused() {
    let check = |lines: &str, rule: &str, element: &str| {
        let found = problems(&process(lines));
        let told = found.iter().any(|p| p.rule == rule && p.element.as_deref() == Some(element));
        assert!(told, "{lines}: {found:?}");
    };
    check(
        "start s\n sub p {\n start ps\n task a\n ps -> a\n }\n end e\n s -> p\n p -> e\n a -> e",
        "flow_across_border",
        "a-e",
    );
    check("start s\n sub p {\n task a\n }\n s -> p", "sub_process_start", "p");
    check("start s\n sub p {\n start ps message M\n }\n s -> p", "unsupported_event", "ps");
    check("start s\n esub x {\n start xs\n }", "missing_event", "xs");
    check("start s\n esub x {\n estart xs ~ error E\n }", "wrong_event", "x");
    check("start s\n esub x {\n estart xs compensate\n }", "unsupported_event", "xs");
    check("start s\n job j\n boundary b ~ j error E\n s -> j", "wrong_event", "b");
    check("start s\n job j\n boundary b j compensate\n s -> j", "missing_handler", "b");
    check("start s\n job j\n boundary b j link L\n s -> j", "unsupported_event", "b");
    check("start s\n xor g\n boundary b g timer PT1H\n s -> g", "misplaced_border", "b");
    check("start s\n throw t link L\n s -> t", "wrong_link", "t");
    check("start s\n throw t link L\n s -> t\n catch a link L\n catch b link L", "wrong_link", "b");
    check("start s\n catch c error E\n s -> c", "unsupported_event", "c");
    check("start s error E\n end e\n s -> e", "unsupported_event", "s");
    check("start s\n undo u\n s -> u", "misplaced_flow", "u");
    check("start s\n catch c condition\n s -> c", "missing_condition", "c");
    check("start s\n call c other @with bindingType='newest'\n s -> c", "wrong_binding", "c");
    check("start s\n message m Ordered @with ritorno:since='long'\n s -> m", "wrong_attribute", "m");
    check("start s\n message m Ordered @with ritorno:delivery='some'\n s -> m", "wrong_attribute", "m");
    check("start s\n <task id='t'><standardLoopCharacteristics/></task>\n s -> t", "standard_loop", "t");
    check("start s\n <receiveTask id='r' instantiate='true'/>\n s -> r", "instantiating_receive", "r");
    check("start s\n <eventBasedGateway id='g' eventGatewayType='Parallel'/>\n s -> g", "parallel_event_gateway", "g");
    check(
        "start s\n <intermediateCatchEvent id='c'><messageEventDefinition/><timerEventDefinition/></intermediateCatchEvent>\n s -> c",
        "several_events",
        "c",
    );
    check("start s\n <endEvent id='c'><cancelEventDefinition/></endEvent>\n s -> c", "unsupported_event", "c");
}

#[test]
fn a_problem_reads_as_a_sentence() {
    let xml = raw("<callActivity id='x' name='Recupero'/>");
    let texts: Vec<String> = problems(&xml).iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        ["\"Recupero\" (x, line 5): the activity names no flow to call: set processId (zeebe:calledElement)"]
    );
}

#[test]
fn the_process_that_runs_is_the_only_one_or_the_executable_one() {
    let two = |executable: &str| {
        process("start s").replace(
            "<process id='flow' >",
            &format!(
                "<process id='q' {executable}><startEvent id='t'/></process><process id='flow' isExecutable='true'>"
            ),
        )
    };
    assert_eq!(Definition::compile(&two("")).unwrap().process_id(), "flow");
    assert!(problems(&two("isExecutable='true'"))[0].message.contains("several processes"));
    let none = process("start s").replace("process", "collaboration");
    assert!(problems(&none)[0].message.contains("no process"));
}
