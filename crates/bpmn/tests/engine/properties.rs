//! What holds for any drawing and any order of events. Every step of a journey in these tests is checked (`common.rs`).

use crate::blocks::{blocks, draw};
use crate::common::{Journey, process};
use base::HOUR;
use bpmn::{Command, Definition, NodeId, Rejected, WaitKind};
use feel::Value;
use proptest::prelude::*;

/// Numbers that follow from a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// Answers everything that the journey waits for, in an order drawn by chance, until it is over.
fn drive(journey: &mut Journey, messages: &[String], chance: &mut Chance) {
    for _ in 0..20_000 {
        if journey.state.is_ended() {
            return;
        }
        let jobs: Vec<u32> =
            journey.state.waits().filter(|wait| wait.kind == WaitKind::Job).map(|wait| wait.token).collect();
        let is_open = |wait: &bpmn::Wait| match wait.kind {
            WaitKind::Message { name, .. } => messages.iter().find(|known| *known == name).cloned(),
            _ => None,
        };
        let open: Vec<String> = journey.state.waits().filter_map(|wait| is_open(&wait)).collect();
        match chance.below(3) {
            0 if !jobs.is_empty() => {
                let token = jobs[chance.below(jobs.len())];
                journey.send(Command::CompleteJob { token, variables: Vec::new() }).expect("it waits");
            }
            1 if !open.is_empty() => journey.message(&open[chance.below(open.len())], None).expect("it waits"),
            _ => {
                // With nothing else to answer, the clock goes to the next timer.
                let next = if jobs.is_empty() && open.is_empty() { journey.state.next_due() } else { None };
                journey.now = next.unwrap_or(journey.now + HOUR).max(journey.now);
                let _nothing_due = journey.send(Command::FireTimers);
            }
        }
    }
    panic!("the journey does not end: it waits at {}", journey.waiting());
}

/// Something happens, drawn by chance from what the journey waits for; sometimes what it does not wait for.
fn happens(journey: &mut Journey, chance: &mut Chance) -> Result<(), Rejected> {
    let waits: Vec<(u32, String)> = journey
        .state
        .waits()
        .map(|wait| match wait.kind {
            WaitKind::Message { name, .. } => (wait.token, name.to_string()),
            _ => (wait.token, String::new()),
        })
        .collect();
    let incidents: Vec<u32> = journey.state.incidents().map(|(token, ..)| token).collect();
    let (token, name) = match waits.len() {
        0 => (chance.below(9) as u32, String::new()),
        count => waits[chance.below(count)].clone(),
    };
    let number = Value::from(chance.below(5) as i64);
    let variables = vec![(format!("v{}", chance.below(3)), number.clone())];
    let code = ["E1", "E2"][chance.below(2)].to_string();
    let id = Some(chance.below(50) as u64);
    let command = match chance.below(16) {
        0..=4 => Command::CompleteJob { token, variables },
        5..=7 => {
            journey.now = journey.now + chance.below(6_000) as i64 * HOUR;
            Command::FireTimers
        }
        8..=9 => Command::Message { name: &name, keys: &[], id, is_taken: false, payload: &number },
        10 => Command::ThrowError { token, code, message: String::new(), variables },
        11 => Command::FailJob { token, reason: "no".into() },
        12 => Command::Escalate { token, code, variables },
        13 => Command::SetVariables { token: Some(token), variables },
        14 => match incidents.len() {
            0 => Command::Recheck,
            count => Command::RetryIncident { token: incidents[chance.below(count)] },
        },
        _ => match incidents.len() {
            0 => Command::CompleteUserTask { token, variables },
            count => {
                let token = incidents[chance.below(count)];
                Command::ResolveIncident { token, flow: None, variables }
            }
        },
    };
    journey.send(command)
}

/// Orders of events for each drawing; with the number of drawings, the cases of the crash property.
const ORDERS: u64 = 20;

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// 500 drawings, 20 orders of events each.
    #[test]
    fn a_crash_and_reload_between_any_two_steps_changes_nothing(block in blocks(), seed in any::<u64>()) {
        let drawing = draw(&block);
        let definition = Definition::compile(&process(&drawing.lines)).expect("blocks are drawn well");
        for order in 0..ORDERS {
            let begin = |reloads| {
                let mut journey = Journey::new("start s");
                journey.definition = definition.clone();
                journey.reloads = reloads;
                journey.start()
            };
            let (mut one, mut other) = (begin(false), begin(true));
            let (mut chance, mut same) = (Chance(seed ^ order), Chance(seed ^ order));
            for _ in 0..40 {
                let (a, b) = (happens(&mut one, &mut chance), happens(&mut other, &mut same));
                prop_assert_eq!(a, b, "{}", drawing.lines);
                prop_assert_eq!(&one.effects, &other.effects);
                if one.state.is_ended() {
                    break;
                }
            }
            prop_assert_eq!(&one.state, &other.state, "{}", drawing.lines);
            prop_assert_eq!(&one.trace, &other.trace);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_journey_through_blocks_enters_what_it_must_and_ends(block in blocks(), seed in any::<u64>()) {
        let mut drawing = draw(&block);
        let mut journey = Journey::new(&drawing.lines).start();
        drive(&mut journey, &drawing.messages, &mut Chance(seed));
        prop_assert_eq!(journey.state.incidents().count(), 0);
        let mut entered: Vec<String> =
            journey.trace.iter().filter(|text| !text.contains(':') && *text != "cancel-job").cloned().collect();
        entered.sort();
        drawing.entered.sort();
        prop_assert_eq!(entered, drawing.entered, "{}", drawing.lines);
    }

    #[test]
    fn commands_in_any_order_do_no_harm(
        model in 0..MODELS.len(),
        commands in prop::collection::vec((any::<u8>(), 0..12u32, 0..3i64), 0..40),
    ) {
        let mut journey = Journey::new(MODELS[model])
            .with("cart", serde_json::json!({"id": "c-1"}))
            .with("items", serde_json::json!([1, 2, 3]));
        for (kind, number, hours) in commands {
            journey.now = journey.now + hours * HOUR;
            let _rejected_or_not = journey.send(command(kind, number, &Value::Null));
        }
    }

    #[test]
    fn a_mutated_drawing_is_refused_with_a_rule_or_runs(
        block in blocks(),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5u8), 1..4),
        seed in any::<u64>(),
    ) {
        let mut lines: Vec<String> = draw(&block).lines.lines().map(str::to_string).collect();
        for (place, other, how) in places {
            mutate(&mut lines, place, other, how);
        }
        // Sub-processes that are not closed any more are not XML; what is left of the drawing is.
        let opened = lines.iter().filter(|line| line.starts_with("sub ")).count();
        let closed = lines.iter().filter(|line| *line == "}").count();
        prop_assume!(opened == closed);
        let mut depth = 0i32;
        prop_assume!(lines.iter().all(|line| {
            depth += i32::from(line.starts_with("sub ")) - i32::from(line == "}");
            depth >= 0
        }));
        let xml = process(&lines.join("\n"));
        match Definition::compile(&xml) {
            Err(problems) => {
                prop_assert!(problems.iter().all(|problem| !problem.message.is_empty() && !problem.rule.is_empty()));
            }
            Ok(definition) => {
                prop_assume!(definition.manual_start().is_some());
                let mut journey = Journey::of(&xml).start();
                let mut chance = Chance(seed);
                for _ in 0..30 {
                    let _rejected_or_not = happens(&mut journey, &mut chance);
                }
            }
        }
    }
}

/// A line less, a line twice, a flow to another place, another kind of node, two lines in another order.
fn mutate(lines: &mut Vec<String>, place: prop::sample::Index, other: prop::sample::Index, how: u8) {
    if lines.len() < 2 {
        return;
    }
    let (place, other) = (place.index(lines.len()), other.index(lines.len()));
    let is_border = |line: &str| line == "}" || line.starts_with("sub ");
    match how {
        0 if !is_border(&lines[place]) => drop(lines.remove(place)),
        1 if !is_border(&lines[place]) => {
            let line = lines[place].clone();
            lines.insert(other, line);
        }
        2 => {
            let target = lines[other].split(' ').nth(1).unwrap_or("x").to_string();
            if let Some((from, to)) = lines[place].clone().split_once(" -> ") {
                let rest = to.split_once(' ').map_or(String::new(), |(_, rest)| format!(" {rest}"));
                lines[place] = format!("{from} -> {target}{rest}");
            }
        }
        3 if !is_border(&lines[place]) && !lines[place].contains(" -> ") => {
            let kinds = ["task", "and", "xor", "or", "events", "end", "start", "user"];
            let id = lines[place].split(' ').nth(1).unwrap_or("x").to_string();
            lines[place] = format!("{} {id} ", kinds[other % kinds.len()]);
        }
        4 if !is_border(&lines[place]) && !is_border(&lines[other]) => lines.swap(place, other),
        _ => {}
    }
}

const MODELS: [&str; 6] = [
    "start s\n and f\n job a\n timer b PT1H\n and j\n user u\n end e\n s -> f\n f -> a\n f -> b\n a -> j\n b -> j\n j -> u\n u -> e",
    "start s\n xor m\n events g\n message o Ordered key = cart.id\n timer t PT1H\n job a\n end e\n s -> m\n m -> g\n g -> o\n g -> t\n o -> e\n t -> a\n a -> m",
    "start s\n and f\n xor m\n and j\n job b\n message o Ordered\n terminate e\n s -> f\n f -> m\n f -> m\n f -> b\n m -> j\n b -> j\n j -> o\n o -> e",
    "start s\n job a out x= =done\n xor g default='g-e'\n end e\n s -> a\n a -> g\n g -> a : x != 5\n g -> e",
    "start s\n sub p @par items item\n start ps\n job j\n boundary b ~ j message Ordered\n job k\n ps -> j\n b -> k\n esub x {\n estart xs error *\n user xu\n xs -> xu\n }\n }\n boundary out p message Ordered key = \"c-2\"\n end e\n s -> p\n p -> e\n out -> e",
    "start s\n job a\n boundary ba a compensate\n undo ua\n undoes ua ba\n esub x {\n estart xs ~ cycle R/PT1H\n throw t compensate\n xs -> t\n }\n or g\n call c other\n catch w condition = done > 3\n or j\n message o Ordered @with ritorno:since='journey'\n s -> a\n a -> g\n g -> c : true\n g -> w : true\n c -> j\n w -> j\n j -> o",
];

/// One of all commands, for any token.
fn command(kind: u8, number: u32, payload: &Value) -> Command<'_> {
    let variables = || vec![("done".to_string(), Value::from(i64::from(number)))];
    match kind % 16 {
        0 | 1 => Command::Start { trigger: NodeId(number as u16), payload },
        2 | 3 => Command::FireTimers,
        4 => Command::Message { name: "Ordered", keys: &["c-1"], id: None, is_taken: false, payload },
        5 | 6 => Command::CompleteJob { token: number, variables: variables() },
        7 => Command::FailJob { token: number, reason: "no".into() },
        8 => Command::CompleteUserTask { token: number, variables: variables() },
        9 => Command::RetryIncident { token: number },
        10 => Command::ThrowError { token: number, code: "E".into(), message: "no".into(), variables: variables() },
        11 => Command::CompleteChild { token: number, variables: variables() },
        12 => Command::SetVariables { token: None, variables: variables() },
        13 => Command::ResolveIncident { token: number, flow: None, variables: variables() },
        14 => Command::AssignUserTask { token: number, assignee: Some("anna".into()), claim: number > 5 },
        _ if number == 11 => Command::Cancel { reason: "enough".into() },
        _ => {
            Command::Message { name: "Ordered", keys: &["c-2"], id: Some(number.into()), is_taken: number > 8, payload }
        }
    }
}
