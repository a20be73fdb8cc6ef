//! Drawings made of blocks, each with one way in and one way out; and what a journey through them enters, said without the
//! engine.

use proptest::prelude::*;

#[derive(Debug, Clone)]
pub enum Block {
    Task,
    Job,
    Timer,
    Sequence(Vec<Block>),
    Parallel(Vec<Block>),
    /// The branch whose condition is true.
    Exclusive(usize, Vec<Block>),
    /// The branches whose condition is true; where none is, the last is the default.
    Inclusive(Vec<(bool, Block)>),
    /// Which of the two events comes.
    Race(bool, Box<Block>, Box<Block>),
    Sub(Box<Block>),
    /// For so many items; one after the other or all at once.
    Each(bool, usize, Box<Block>),
    /// A sub-process that waits for what never comes, until its timer ends it.
    Timeout(Box<Block>),
    /// A sub-process that ends with an error, caught on its border.
    Throws(Box<Block>),
    /// An activity with a reminder beside it that never comes, or a job that is compensated afterwards.
    Reminded,
    Compensated,
    Linked,
}

pub fn blocks() -> impl Strategy<Value = Block> {
    let leaf = prop_oneof![
        3 => Just(Block::Task),
        3 => Just(Block::Job),
        2 => Just(Block::Timer),
        1 => Just(Block::Reminded),
        1 => Just(Block::Compensated),
        1 => Just(Block::Linked),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let some = prop::collection::vec(inner.clone(), 1..4);
        let boxed = inner.clone().prop_map(Box::new);
        prop_oneof![
            some.clone().prop_map(Block::Sequence),
            some.clone().prop_map(Block::Parallel),
            (0..3usize, some).prop_map(|(pick, some)| Block::Exclusive(pick % some.len(), some)),
            prop::collection::vec((any::<bool>(), inner), 1..4).prop_map(Block::Inclusive),
            (any::<bool>(), boxed.clone(), boxed.clone()).prop_map(|(message, a, b)| Block::Race(message, a, b)),
            boxed.clone().prop_map(Block::Sub),
            (any::<bool>(), 0..4usize, boxed.clone()).prop_map(|(seq, count, block)| Block::Each(seq, count, block)),
            boxed.clone().prop_map(Block::Timeout),
            boxed.prop_map(Block::Throws),
        ]
    })
}

impl Block {
    /// How many timeouts stand inside one another.
    fn timeouts(&self) -> u32 {
        let most = |blocks: &[Block]| blocks.iter().map(Block::timeouts).max().unwrap_or(0);
        match self {
            Block::Sequence(parts) | Block::Parallel(parts) | Block::Exclusive(_, parts) => most(parts),
            Block::Inclusive(parts) => parts.iter().map(|(_, part)| part.timeouts()).max().unwrap_or(0),
            Block::Race(_, a, b) => a.timeouts().max(b.timeouts()),
            Block::Sub(inside) | Block::Each(_, _, inside) | Block::Throws(inside) => inside.timeouts(),
            Block::Timeout(inside) => inside.timeouts() + 1,
            Block::Task | Block::Job | Block::Timer | Block::Reminded | Block::Compensated | Block::Linked => 0,
        }
    }
}

/// Draws blocks, and says by itself which nodes are entered, and how often.
#[derive(Default)]
pub struct Drawing {
    pub lines: String,
    next: usize,
    /// The nodes that a journey enters, as often as it does.
    pub entered: Vec<String>,
    pub messages: Vec<String>,
}

impl Drawing {
    fn id(&mut self, kind: &str) -> String {
        self.next += 1;
        format!("{kind}{}", self.next)
    }

    fn enter(&mut self, id: &str, times: usize) {
        self.entered.extend(std::iter::repeat_n(id.to_string(), times));
    }

    fn line(&mut self, line: &str) {
        self.lines += line;
        self.lines.push('\n');
    }

    fn node(&mut self, kind: &str, rest: &str, times: usize) -> String {
        let id = self.id(kind);
        self.line(&format!("{kind} {id} {rest}"));
        self.enter(&id, times);
        id
    }

    fn flow(&mut self, from: &str, to: &str, condition: &str) {
        self.line(&format!("{from} -> {to}{condition}"));
    }

    /// Draws a block after a node; gives the node it ends with. `times`: how many journeys come here.
    pub fn draw(&mut self, block: &Block, after: &str, condition: &str, times: usize) -> String {
        let simple = |drawing: &mut Drawing, kind: &str, rest: &str| {
            let id = drawing.node(kind, rest, times);
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
                    last = self.draw(part, &last, condition, times);
                    condition = "";
                }
                last
            }
            Block::Parallel(parts) => {
                let fork = simple(self, "and", "");
                let ends: Vec<String> = parts.iter().map(|part| self.draw(part, &fork, "", times)).collect();
                self.join("and", &ends.iter().map(|end| (end.as_str(), times)).collect::<Vec<_>>())
            }
            Block::Exclusive(pick, parts) => {
                let gateway = simple(self, "xor", "");
                let merge = self.node("xor", "", times);
                for (index, part) in parts.iter().enumerate() {
                    let condition = format!(" : = {}", index == *pick);
                    let times = if index == *pick { times } else { 0 };
                    let end = self.draw(part, &gateway, &condition, times);
                    self.flow(&end, &merge, "");
                }
                merge
            }
            Block::Inclusive(parts) => self.inclusive(parts, after, condition, times),
            Block::Race(message_wins, a, b) => {
                let gateway = simple(self, "events", "");
                self.race(*message_wins, a, b, &gateway, times)
            }
            Block::Sub(inside) => {
                let id = self.open("", after, condition, times);
                self.inside(inside, times);
                self.line("}");
                id
            }
            Block::Each(sequential, count, inside) => {
                let items: Vec<String> = (0..*count).map(|n| n.to_string()).collect();
                let mode = if *sequential { "@seq" } else { "@par" };
                let repeat = format!("{mode} [{}] item", items.join(", "));
                let id = self.open(&repeat, after, condition, times);
                self.inside(inside, times * count);
                self.line("}");
                id
            }
            Block::Timeout(inside) => {
                let id = self.open("", after, condition, times);
                let last = self.inside_open(inside, times);
                let never = self.node("message", "Never", times);
                self.flow(&last, &never, "");
                self.line("}");
                // Later than everything inside.
                let hours = 5_000 * 40u64.pow(inside.timeouts());
                self.merge_border(&id, &format!("timer PT{hours}H"), times, 0)
            }
            Block::Throws(inside) => {
                let id = self.open("", after, condition, times);
                let last = self.inside_open(inside, times);
                let bad = self.node("end", "error E1", times);
                self.flow(&last, &bad, "");
                self.line("}");
                self.merge_border(&id, "error E1", times, 0)
            }
            Block::Reminded => {
                let id = simple(self, "job", "");
                self.merge_border(&id, "~ timer PT90000H", 0, times)
            }
            Block::Compensated => {
                let id = self.open("", after, condition, times);
                let start = self.node("start", "", times);
                let job = self.node("job", "", times);
                let (border, undo) = (self.id("border"), self.id("undo"));
                self.line(&format!("boundary {border} {job} compensate\nundo {undo}\nundoes {undo} {border}"));
                self.enter(&undo, times);
                let throw = self.node("throw", "compensate", times);
                self.flow(&start, &job, "");
                self.flow(&job, &throw, "");
                self.line("}");
                id
            }
            Block::Linked => {
                let name = self.id("link");
                let out = simple(self, "throw", &format!("link {name}"));
                let _out = out;
                self.node("catch", &format!("link {name}"), times)
            }
        }
    }

    /// A gateway where the branches meet: each token comes to it, one leaves.
    fn join(&mut self, kind: &str, ends: &[(&str, usize)]) -> String {
        let join = self.id(kind);
        self.line(&format!("{kind} {join}"));
        for (end, times) in ends {
            self.flow(end, &join, "");
            self.enter(&join, *times);
        }
        join
    }

    fn inclusive(&mut self, parts: &[(bool, Block)], after: &str, condition: &str, times: usize) -> String {
        let gateway = self.id("or");
        let (last, none) = (parts.len() - 1, parts.iter().take(parts.len() - 1).all(|(taken, _)| !taken));
        let by_default = parts.len() > 1;
        // The flow to the default is known when it is drawn: the block begins with the next id.
        let line_at = self.lines.len();
        self.enter(&gateway, times);
        self.flow(after, &gateway, condition);
        let mut ends = Vec::new();
        let mut default = String::new();
        for (index, (taken, part)) in parts.iter().enumerate() {
            let is_default = by_default && index == last;
            let is_taken = if is_default { none } else { *taken || !by_default };
            let condition = if is_default { String::new() } else { format!(" : = {is_taken}") };
            let first = self.lines.len();
            let end = self.draw(part, &gateway, &condition, if is_taken { times } else { 0 });
            if is_default {
                let drawn = self.lines[first..].lines().find(|line| line.starts_with(&format!("{gateway} -> ")));
                default = drawn.map(|line| line.replace(" -> ", "-")).unwrap_or_default();
            }
            ends.push((end, if is_taken { times } else { 0 }));
        }
        let default = if default.is_empty() { default } else { format!("default='{default}'") };
        self.lines.insert_str(line_at, &format!("or {gateway} {default}\n"));
        let ends: Vec<(&str, usize)> = ends.iter().map(|(end, times)| (end.as_str(), *times)).collect();
        self.join("or", &ends)
    }

    fn race(&mut self, message_wins: bool, a: &Block, b: &Block, gateway: &str, times: usize) -> String {
        let by_message = if message_wins { times } else { 0 };
        let name = format!("Event {}", self.next);
        let message = self.node("message", &name, by_message);
        let timer = self.node("timer", if message_wins { "PT90000H" } else { "PT1H" }, times - by_message);
        if by_message > 0 {
            self.messages.push(name);
        }
        let merge = self.node("xor", "", times);
        for (event, block, times) in [(message, a, by_message), (timer, b, times - by_message)] {
            self.flow(gateway, &event, "");
            let end = self.draw(block, &event, "", times);
            self.flow(&end, &merge, "");
        }
        merge
    }

    fn open(&mut self, repeat: &str, after: &str, condition: &str, times: usize) -> String {
        let id = self.id("sub");
        self.flow(after, &id, condition);
        self.line(&format!("sub {id} {repeat}"));
        self.enter(&id, times);
        id
    }

    /// A start event and the block, inside a sub-process.
    fn inside_open(&mut self, block: &Block, times: usize) -> String {
        let start = self.node("start", "", times);
        self.draw(block, &start, "", times)
    }

    fn inside(&mut self, block: &Block, times: usize) {
        let last = self.inside_open(block, times);
        let end = self.node("end", "", times);
        self.flow(&last, &end, "");
    }

    /// An event on the border and the activity itself lead to one gateway.
    fn merge_border(&mut self, activity: &str, event: &str, by_event: usize, by_activity: usize) -> String {
        let border = self.id("border");
        let (stays, event) = event.strip_prefix("~ ").map_or(("", event), |event| ("~ ", event));
        self.line(&format!("boundary {border} {stays}{activity} {event}"));
        self.enter(&border, by_event);
        let merge = self.node("xor", "", by_event + by_activity);
        self.flow(&border, &merge, "");
        self.flow(activity, &merge, "");
        merge
    }
}

pub fn draw(block: &Block) -> Drawing {
    let mut drawing = Drawing::default();
    let start = drawing.node("start", "", 1);
    let last = drawing.draw(block, &start, "", 1);
    let end = drawing.node("end", "", 1);
    drawing.flow(&last, &end, "");
    drawing
}
