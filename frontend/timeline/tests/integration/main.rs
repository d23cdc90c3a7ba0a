//! The timeline from outside: traces in, lanes, pictures and words out.

mod drawing;
mod lanes;
mod map;
mod script;
mod sentences;
mod waiting;
