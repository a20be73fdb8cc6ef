//! Why a journey stops and waits for a person, told apart by what the engine says.

http_kit::phrases! {
    /// A reason for which a journey waits for a person.
    pub enum Incident {
        NoWayOut = "no condition is true and there is no default flow ({values})",
        NoWeights = "the weights of this split add up to nothing",
        NoCorrelation = "the correlation key {key} of the message {message} has no value",
        NoTime = "the timer {timer} has no time",
        WrongTime = "the timer {timer} gives {value}, which is no time to wait for",
        WaitsForNothing = "a flow leads to something that waits for nothing",
        TooManySteps = "the journey passed {count} nodes without waiting: is there a loop without a timer?",
        StuckJoin = "the parallel gateway waits for a flow that nothing can come by any more: end the branches at one gateway",
        UnknownTask = "there is no task {task} here",
    }
}
