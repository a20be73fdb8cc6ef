//! What holds for any drawing and any order of commands. Every step of a journey in these tests goes through bytes and is
//! checked (`common.rs`).

use crate::common::{Journey, process};
use base::HOUR;
use bpmn::{Command, Definition, NodeId, WaitKind};
use feel::Value;
use proptest::prelude::*;

/// A drawing made of blocks, each with one way in and one way out.
#[derive(Debug, Clone)]
enum Block {
    Task,
    Job,
    Timer,
    Sequence(Vec<Block>),
    Parallel(Vec<Block>),
    /// The branch whose condition is true.
    Exclusive(usize, Vec<Block>),
    /// Which of the two events comes.
    Race(bool, Box<Block>, Box<Block>),
}

fn blocks() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![Just(Block::Task), Just(Block::Job), Just(Block::Timer)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let some = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            some.clone().prop_map(Block::Sequence),
            some.clone().prop_map(Block::Parallel),
            (0..3usize, some).prop_map(|(pick, some)| Block::Exclusive(pick % some.len(), some)),
            (any::<bool>(), inner.clone(), inner).prop_map(|(message, a, b)| Block::Race(
                message,
                Box::new(a),
                Box::new(b)
            )),
        ]
    })
}

/// Draws blocks, and says by itself (without the engine) which nodes are entered, and by whom.
#[derive(Default)]
struct Drawing {
    lines: String,
    next: usize,
    /// The nodes that a journey enters, each once.
    entered: Vec<String>,
    messages: Vec<String>,
}

impl Drawing {
    fn id(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}{}", self.next)
    }

    fn node(&mut self, kind: &str, rest: &str, live: bool) -> String {
        let id = self.id(kind);
        self.lines += &format!("{kind} {id} {rest}\n");
        if live {
            self.entered.push(id.clone());
        }
        id
    }

    fn flow(&mut self, from: &str, to: &str, condition: &str) {
        self.lines += &format!("{from} -> {to}{condition}\n");
    }

    /// Draws a block after a node; gives the node it ends with. `live`: does a journey come here?
    fn draw(&mut self, block: &Block, after: &str, condition: &str, live: bool) -> String {
        let simple = |drawing: &mut Drawing, kind: &str, rest: &str| {
            let id = drawing.node(kind, rest, live);
            drawing.flow(after, &id, condition);
            id
        };
        match block {
            Block::Task => simple(self, "task", ""),
            Block::Job => simple(self, "job", ""),
            Block::Timer => simple(self, "timer", "PT1H"),
            Block::Sequence(parts) => {
                let (mut last, mut condition) = (after.to_string(), condition);
                for part in parts {
                    last = self.draw(part, &last, condition, live);
                    condition = "";
                }
                last
            }
            Block::Parallel(parts) => {
                let fork = simple(self, "and", "");
                let ends: Vec<String> = parts.iter().map(|part| self.draw(part, &fork, "", live)).collect();
                let join = self.id("and");
                self.lines += &format!("and {join}\n");
                for end in &ends {
                    self.flow(end, &join, "");
                    // Every token comes to the join, one leaves it.
                    if live {
                        self.entered.push(join.clone());
                    }
                }
                join
            }
            Block::Exclusive(pick, parts) => {
                let gateway = simple(self, "xor", "");
                let merge = self.node("xor", "", live);
                for (index, part) in parts.iter().enumerate() {
                    let condition = format!(" : = {}", index == *pick);
                    let end = self.draw(part, &gateway, &condition, live && index == *pick);
                    self.flow(&end, &merge, "");
                }
                merge
            }
            Block::Race(message_wins, a, b) => {
                let gateway = simple(self, "events", "");
                let by_message = live && *message_wins;
                let name = format!("Event {}", self.next);
                let message = self.node("message", &name, by_message);
                let timer = self.node("timer", if *message_wins { "PT90000H" } else { "PT1H" }, live && !*message_wins);
                if by_message {
                    self.messages.push(name);
                }
                let merge = self.node("xor", "", live);
                for (event, block, wins) in [(message, a, *message_wins), (timer, b, !*message_wins)] {
                    self.flow(&gateway, &event, "");
                    let end = self.draw(block, &event, "", live && wins);
                    self.flow(&end, &merge, "");
                }
                merge
            }
        }
    }
}

fn draw(block: &Block) -> Drawing {
    let mut drawing = Drawing::default();
    let start = drawing.node("start", "", true);
    let last = drawing.draw(block, &start, "", true);
    let end = drawing.node("end", "", true);
    drawing.flow(&last, &end, "");
    drawing
}

/// Answers everything that the journey waits for, in an order drawn from `choices`, until it is over.
fn drive(journey: &mut Journey, messages: &[String], choices: &[usize]) {
    for round in 0..2_000 {
        if journey.state.is_ended() {
            return;
        }
        // Each round of the choices differs from the one before, so that nothing is left out for ever.
        let choice = choices[round % choices.len()] + round / choices.len();
        let jobs: Vec<u32> =
            journey.state.waits().filter(|wait| wait.kind == WaitKind::Job).map(|wait| wait.token).collect();
        let open: Vec<String> = journey
            .state
            .waits()
            .filter_map(|wait| match wait.kind {
                WaitKind::Message { name, .. } if messages.iter().any(|m| m == name) => Some(name.to_string()),
                _ => None,
            })
            .collect();
        match choice % 3 {
            0 if !jobs.is_empty() => {
                let token = jobs[choice % jobs.len()];
                journey.send(Command::CompleteJob { token, variables: Vec::new() }).expect("it waits");
            }
            1 if !open.is_empty() => {
                journey.message(&open[choice % open.len()], None).expect("it waits");
            }
            _ => {
                journey.now = journey.now + HOUR;
                let _nothing_due = journey.send(Command::FireTimers);
            }
        }
    }
    panic!("the journey does not end: it waits at {}", journey.waiting());
}

const MODELS: [&str; 4] = [
    "start s\n and f\n job a\n timer b PT1H\n and j\n user u\n end e\n s -> f\n f -> a\n f -> b\n a -> j\n b -> j\n j -> u\n u -> e",
    "start s\n xor m\n events g\n message o Ordered key = cart.id\n timer t PT1H\n job a\n end e\n s -> m\n m -> g\n g -> o\n g -> t\n o -> e\n t -> a\n a -> m",
    "start s\n and f\n xor m\n and j\n job b\n message o Ordered\n terminate e\n s -> f\n f -> m\n f -> m\n f -> b\n m -> j\n b -> j\n j -> o\n o -> e",
    "start s\n job a out x= =done\n xor g default='g-e'\n end e\n s -> a\n a -> g\n g -> a : x != 5\n g -> e",
];

/// One of all commands, for any token.
fn command(kind: u8, number: u32, payload: &Value) -> Command<'_> {
    let variables = || vec![("done".to_string(), Value::from(i64::from(number)))];
    match kind % 9 {
        0 => Command::Start { trigger: NodeId(number as u16), payload },
        1 | 2 => Command::FireTimers,
        3 => Command::Message { name: "Ordered", keys: &["c-1"], id: None, is_taken: false, payload },
        4 => Command::CompleteJob { token: number, variables: variables() },
        5 => Command::FailJob { token: number, reason: "no".into() },
        6 => Command::CompleteUserTask { token: number, variables: variables() },
        7 => Command::RetryIncident { token: number },
        _ if number == 11 => Command::Cancel { reason: "enough".into() },
        _ => Command::Message { name: "Ordered", keys: &[], id: None, is_taken: false, payload },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_journey_through_blocks_enters_what_it_must_and_ends(
        block in blocks(),
        choices in prop::collection::vec(0..1_000usize, 1..40),
    ) {
        let mut drawing = draw(&block);
        let mut journey = Journey::new(&drawing.lines).start();
        drive(&mut journey, &drawing.messages, &choices);
        prop_assert_eq!(journey.state.incidents().count(), 0);
        let mut entered: Vec<String> =
            journey.trace.iter().filter(|text| !text.contains(':')).cloned().collect();
        entered.sort();
        drawing.entered.sort();
        prop_assert_eq!(entered, drawing.entered, "{}", drawing.lines);
    }

    #[test]
    fn commands_in_any_order_do_no_harm(
        model in 0..MODELS.len(),
        commands in prop::collection::vec((any::<u8>(), 0..12u32, 0..3i64), 0..40),
    ) {
        let mut journey = Journey::new(MODELS[model]).with("cart", serde_json::json!({"id": "c-1"}));
        for (kind, number, hours) in commands {
            journey.now = journey.now + hours * HOUR;
            let _rejected_or_not = journey.send(command(kind, number, &Value::Null));
        }
    }

    #[test]
    fn a_drawing_with_a_line_missing_is_refused_or_runs(
        block in blocks(),
        without in any::<prop::sample::Index>(),
        choices in prop::collection::vec(0..1_000usize, 1..10),
    ) {
        let lines = draw(&block).lines;
        let lines: Vec<&str> = lines.lines().collect();
        let without = without.index(lines.len());
        let kept: Vec<&str> =
            lines.iter().enumerate().filter(|(index, _)| *index != without).map(|(_, line)| *line).collect();
        let xml = process(&kept.join("\n"));
        match Definition::compile(&xml) {
            Err(problems) => prop_assert!(problems.iter().all(|problem| !problem.message.is_empty())),
            Ok(_) => {
                let mut journey = Journey::of(&xml).start();
                for choice in choices {
                    journey.now = journey.now + HOUR;
                    let _nothing_due = journey.send(command(choice as u8, choice as u32 % 12, &Value::Null));
                }
            }
        }
    }
}
